// SPDX-License-Identifier: Apache-2.0
/// \file The few messages of ONNX's schema (onnx.proto, Apache-2.0) that a network needs, as they are
/// written.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/tensor.hpp"
#include "formats/protobuf.hpp"

namespace yolo::exports {

/// An attribute of a node: a number, a text, or a list of numbers.
struct OnnxAttribute {
    std::string name;
    std::variant<std::int64_t, std::string, std::vector<std::int64_t>> value;
};

/// One size of an input or output: a number, or a name where any number fits.
using OnnxSize = std::variant<std::int64_t, std::string>;

/// A GraphProto as it grows. Values are known by their names.
class OnnxGraph {
  public:
    using Names = std::vector<std::string>;

    explicit OnnxGraph(const std::string& name) { graph_.text(2, name); }

    /// Adds a node SCOPE/TYPE (SCOPE/TYPE_1 ... where that is taken) with one output, NODE_output_0 unless
    /// `output` names it, and returns the output's name.
    std::string node(const std::string& scope, const std::string& type, const Names& inputs,
                     const std::vector<OnnxAttribute>& attributes = {}, std::string output = {});

    /// The same with several outputs: NODE_output_0, NODE_output_1 ...
    Names node_of(const std::string& scope, const std::string& type, const Names& inputs,
                  const std::vector<OnnxAttribute>& attributes, int outputs);

    /// Adds an initializer, which shares the tensor's data. F32, F16, I64, I32, I8 or U8.
    std::string initializer(const std::string& name, const Tensor& tensor);
    /// Small constants; equal ones are written once.
    std::string integer(std::int64_t value);
    std::string integers(const std::vector<std::int64_t>& values);
    std::string floats(const Shape& shape, const std::vector<float>& values);
    std::string byte(int value);  ///< unsigned, without axes
    std::string halves(const Shape& shape, const std::vector<float>& values);

    void input(const std::string& name, DType dtype, const std::vector<OnnxSize>& sizes);
    void output(const std::string& name, DType dtype, const std::vector<OnnxSize>& sizes);

    /// The ModelProto around it; the graph is empty afterwards.
    formats::ProtoMessage model(int opset, std::string_view producer, std::string_view producer_version,
                                const std::vector<std::pair<std::string, std::string>>& metadata);

  private:
    void add_node(const std::string& name, const std::string& type, const Names& inputs,
                  const std::vector<OnnxAttribute>& attributes, const Names& outputs);
    std::string unique(const std::string& name);
    std::string constant(const Tensor& tensor, const std::string& key);

    formats::ProtoMessage graph_;
    std::map<std::string, int> taken_;              // names of nodes, and how often
    std::map<std::string, std::string> constants_;  // by content
};

}  // namespace yolo::exports
