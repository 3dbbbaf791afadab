// SPDX-License-Identifier: Apache-2.0
/// \file The proof that an exported file computes what its network does.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <yolo/commands.hpp>

#include "checkpoint/checkpoint.hpp"
#include "core/json.hpp"
#include "engines/registry.hpp"
#include "export/common/difference.hpp"
#include "export/format.hpp"
#include "modes/exporting/options.hpp"

namespace yolo::modes {

/// What was measured of a file, or why nothing was.
struct Certificate {
    ExportCheck check = {};
    int pictures = 0;
    std::string not_checked = {};  ///< the reason; then nothing above holds

    static Certificate none(std::string why);
    bool checked() const { return not_checked.empty(); }
    /// For the metadata of the file.
    Json facts() const;
};

/// Runs files beside the engine `cpu` in float32, on pictures that are drawn (data/shapes).
class Examiner {
  public:
    Examiner(const checkpoint::Checkpoint& model, const ExportOptions& options,
             const engines::EngineTable& table = engines::engine_table())
        : model_(model), options_(options), table_(table) {}

    /// Loads the file by the first engine that runs such files and is here, and compares. Where none can be
    /// opened (it is absent, or of another version) nothing was measured of the file, and the certificate
    /// says why. Throws Error when the file cannot be run, or when its outputs are further away than its
    /// precision explains.
    Certificate examine(const exports::Format& format, const std::filesystem::path& file);

  private:
    /// Drawn pictures of a size, and what the network gives for them.
    struct Sample {
        Tensor pictures;
        std::vector<Tensor> outputs;
    };
    const std::vector<Sample>& samples();
    exports::Difference difference_of(const std::vector<Tensor>& outputs, const Sample& sample) const;

    const checkpoint::Checkpoint& model_;
    const ExportOptions& options_;
    const engines::EngineTable& table_;
    std::vector<Sample> samples_;
};

/// The largest difference that a file of the precision may show.
exports::Difference limit_of(exports::Quantization quantization);

}  // namespace yolo::modes
