// SPDX-License-Identifier: Apache-2.0
/// \file The archive of a TorchScript module: a zip with its code as text, its tensors one by one, and a
/// pickle that says which is which. https://pytorch.org/docs/stable/jit.html,
/// torch/csrc/jit/docs/serialization.md (BSD)
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/files.hpp"
#include "core/tensor.hpp"

namespace yolo::exports {

/// One class without sub-modules, whose tensors are its buffers.
class ScriptModule {
  public:
    /// Adds a buffer and returns how code refers to it: "self.w0". F32, F16 or I64.
    std::string buffer(const Tensor& tensor);

    /// A line of forward(), without its indent.
    void line(const std::string& code) { body_ += std::string(4 + 2 * depth_, ' ') + code + "\n"; }
    /// Lines while it lives are the body of the line before, a loop.
    class Indent {
      public:
        explicit Indent(ScriptModule& module) : module_(module) { ++module_.depth_; }
        ~Indent() { --module_.depth_; }
        Indent(const Indent&) = delete;
        Indent& operator=(const Indent&) = delete;

      private:
        ScriptModule& module_;
    };

    /// `root`: the folder of the archive. `extra`: files below ROOT/extra, which torch::jit::load() hands
    /// over on request. `returns`: type of what forward(self, images: Tensor) returns.
    void write(const FileSink& sink, const std::string& root, const std::string& returns,
               const std::vector<std::pair<std::string, std::string>>& extra) const;

  private:
    std::string code(const std::string& returns) const;
    std::string pickle() const;

    std::vector<Tensor> buffers_;
    std::string body_;
    std::size_t depth_ = 0;
};

}  // namespace yolo::exports
