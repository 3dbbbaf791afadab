// SPDX-License-Identifier: Apache-2.0
/// \file NCNN's two files: layers line by line (.param) and their weights one after the other (.bin).
/// https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/files.hpp"
#include "core/tensor.hpp"

namespace yolo::exports {

/// A model as it grows. Values (blobs) are known by their names; one that several layers read is copied by a
/// Split, as NCNN wants it.
class NcnnModel {
  public:
    /// "0=16", "-23300=2,8,8": what NCNN calls the parameters of a layer.
    using Parameters = std::vector<std::pair<int, std::string>>;

    struct Weights {
        Tensor values;
        bool flagged = true;  ///< a mark of the type stands before them: true for weights, false for biases
                              ///< and constants
    };

    /// Adds a layer; `outputs` are new names.
    void layer(const std::string& type, const std::string& name, const std::vector<std::string>& inputs,
               const std::vector<std::string>& outputs, const Parameters& parameters = {},
               std::vector<Weights> weights = {});

    /// The text of the .param file. `outputs`: names that are read by whoever runs the network.
    std::string param(const std::vector<std::string>& outputs) const;
    /// The .bin file. `half`: weights with a mark are kept in 16 bits.
    void write_weights(const FileSink& sink, bool half) const;

  private:
    struct Layer {
        std::string type, name;
        std::vector<std::string> inputs, outputs;
        Parameters parameters;
        std::vector<Weights> weights;
    };
    std::vector<Layer> layers_;
};

}  // namespace yolo::exports
