// SPDX-License-Identifier: Apache-2.0
/// \file What each layer loses by its bytes, alone: which one to look at when a whole network loses too much.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "export/common/quantization.hpp"
#include "export/common/quantization_scope.hpp"
#include "graph/passes.hpp"

namespace yolo::exports {

/// A row of the table.
struct LayerNoiseRow {
    std::string name;                  ///< of the node
    std::string op;                    ///< "Conv"
    Range input;                       ///< range that 8 bits have
    std::optional<Range> output = {};  ///< none: stays float
    double signal_to_noise = 0;        ///< of the output, dB: 10 log10 of sum y^2 / sum (y - y')^2
};

/// A network of one layer, made ready: gives its output for an input (1, C, H, W).
using RunLayer = std::function<Tensor(const Tensor& input)>;
using PrepareLayer = std::function<RunLayer(graph::Network layer)>;

/// Compares each layer in floats with itself in bytes, on the same exact input: what was lost before it does
/// not count.
class LayerNoise {
  public:
    /// The network in its inference stage and the plan must live as long.
    LayerNoise(const graph::Network& network, const QuantizationPlan& plan, const PrepareLayer& prepare);

    /// The inputs of the layers, which are to be shown, in order of execution.
    std::vector<graph::ValueId> values() const;
    /// The input of layer i on one picture. Two layers may be shown theirs at the same time.
    void see(std::size_t i, const Tensor& input);

    std::vector<LayerNoiseRow> rows() const;  ///< in order of execution

  private:
    struct Layer {
        const graph::Node* node;
        const QuantizedLayer* quantized;
        LayerNoiseRow row;
        RunLayer exact, rounded;
        double signal = 0, noise = 0;
    };
    const QuantizationScope scope_;
    std::vector<Layer> layers_;
};

inline constexpr std::string_view csv_header =
    "layer,op,input_low,input_high,output_low,output_high,signal_to_noise_db\n";
/// The header and a line a row.
std::string as_csv(const std::vector<LayerNoiseRow>& rows);

}  // namespace yolo::exports
