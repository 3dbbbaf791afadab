// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "train/explainer.hpp"
#include "train/torch/network.hpp"
#include "train/torch/tensor_bridge.hpp"
#include "train/torch/translated.hpp"

namespace yolo::train {

namespace {

constexpr std::size_t most_predictions = 16;

/// A prediction to explain: one class logit, and its probability.
struct Found {
    float probability = 0;
    std::size_t level = 0;
    at::Tensor logit;
};

/// The columns of the classes that count, all of them unless some are given.
at::Tensor counted(const at::Tensor& by_class, const std::vector<int>& classes) {
    std::vector<std::int64_t> kept;
    for (const int id : classes) {
        if (id >= 0 && id < by_class.size(1)) kept.push_back(id);
    }
    return kept.empty() ? by_class : by_class.index_select(1, at::tensor(kept, at::kLong));
}

/// The best class of every anchor of every level, the strongest anchors first, cut at `conf`.
std::vector<Found> strongest(const HeadMaps& maps, const ExplainerOptions& options) {
    std::vector<Found> found;
    for (std::size_t level = 0; level < maps.cls.size(); ++level) {
        const auto [logits, ids] =
            counted(maps.cls[level], options.classes).flatten(2)[0].max(0);  // (anchors)
        const auto count = std::min<std::int64_t>(most_predictions, logits.size(0));
        const auto [best, places] = logits.topk(count);
        const at::Tensor probability = best.detach().sigmoid();
        for (std::int64_t i = 0; i < count; ++i)
            found.push_back({probability[i].item<float>(), level, best[i]});
    }
    std::ranges::stable_sort(found, std::greater(), &Found::probability);
    const auto weak =
        std::ranges::find_if(found, [&](const Found& one) { return one.probability < options.conf; });
    const auto reached = static_cast<std::size_t>(weak - found.begin());
    found.resize(std::min({std::max<std::size_t>(reached, 1), most_predictions, found.size()}));
    return found;
}

/// classify: its best class.
std::vector<Found> best_class(const at::Tensor& logits) {
    return {{1, 0, logits[0].max()}};
}

class TorchExplainer final : public Explainer {
  public:
    TorchExplainer(const checkpoint::Checkpoint& model, ExplainerOptions options)
        : options_(std::move(options)), network_(model.graph, model.weights, {""}, 0) {  // all frozen
        at::set_num_threads(std::max(options_.threads, 1));
    }

    Tensor activation_map(const Tensor& picture) override {
        return translated([&] { return from_torch(map_of(view_as_torch(picture))); });
    }

  private:
    at::Tensor map_of(const at::Tensor& picture) {
        const Network::HeadPass pass = network_.forward_from_head(picture);
        const bool classify = pass.maps.logits.defined();
        at::Tensor whole = at::zeros({picture.size(1), picture.size(2)}, at::kFloat);
        for (const Found& one : classify ? best_class(pass.maps.logits) : strongest(pass.maps, options_)) {
            const at::Tensor& input = pass.inputs.at(one.level);  // other levels do not reach this logit
            const at::Tensor gradient = torch::autograd::grad({one.logit}, {input}, {}, true)[0];
            const at::NoGradGuard no_gradients;
            const at::Tensor small = (gradient.relu() * input).sum(1, true).relu();  // (1, 1, h, w)
            const at::Tensor map =
                at::upsample_bilinear2d(small, {picture.size(1), picture.size(2)}, false)[0][0];
            const float largest = map.max().item<float>();
            if (largest > 0) whole = at::maximum(whole, map / largest);
        }
        return whole;
    }

    ExplainerOptions options_;
    Network network_;
};

}  // namespace

extern "C" __attribute__((visibility("default"))) Explainer* yolo_make_explainer(
    const checkpoint::Checkpoint& model, const ExplainerOptions& options) {
    return translated([&] { return new TorchExplainer(model, options); });
}

}  // namespace yolo::train
