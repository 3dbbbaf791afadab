// SPDX-License-Identifier: Apache-2.0
#include "train/explainer.hpp"

#include "core/plugin.hpp"

namespace yolo::train {

std::unique_ptr<Explainer> make_explainer(const checkpoint::Checkpoint& model,
                                          const ExplainerOptions& options) {
    auto* make = reinterpret_cast<MakeExplainer*>(plugin_symbol("yolo_torch", make_explainer_name,
                                                                "visualize=True, which takes gradients,",
                                                                SymbolLookup::plugin_first));
    return std::unique_ptr<Explainer>(make(model, options));
}

}  // namespace yolo::train
