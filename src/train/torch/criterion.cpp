// SPDX-License-Identifier: Apache-2.0
#include "train/torch/criterion.hpp"

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "core/keypoint_sigmas.hpp"
#include "train/losses/detection_loss.hpp"
#include "train/torch/map_views.hpp"

namespace yolo::train {

namespace {

void parallel_loop(std::int64_t count, const std::function<void(std::int64_t)>& work) {
    at::parallel_for(0, count, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) work(i);
    });
}

/// Carries gradients that were computed together with the loss to the maps that it was computed from.
class GivenGradients : public torch::autograd::Function<GivenGradients> {
  public:
    static at::Tensor forward(torch::autograd::AutogradContext* context, at::TensorList maps,
                              const std::vector<at::Tensor>& gradients, double loss) {
        context->save_for_backward(gradients);
        return at::full({}, loss, maps.front().options().dtype(at::kFloat));
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list outer) {
        const at::Tensor& factor = outer[0];
        // Reading a number from a GPU would wait for it; there the multiplication costs less.
        const bool one = factor.is_cpu() && factor.item<double>() == 1;
        torch::autograd::variable_list gradients = context->get_saved_variables();
        for (at::Tensor& gradient : gradients) {
            if (!one) gradient = gradient * factor;
        }
        gradients.resize(gradients.size() + 2);  // none by the last two arguments
        return gradients;
    }
};

class ClassifyCriterion : public Criterion {
  public:
    LossValues operator()(const HeadMaps& maps, const data::Batch& targets, Size) const override {
        const std::vector<std::int64_t> classes(targets.classes.begin(), targets.classes.end());
        if (static_cast<std::int64_t>(classes.size()) != maps.logits.size(0)) {
            throw Error(fmt::format("a batch of {} pictures has {} classes: each picture needs one",
                                    maps.logits.size(0), classes.size()));
        }
        const at::Tensor wanted = at::tensor(classes, at::kLong).to(maps.logits.device());
        const at::Tensor loss = at::cross_entropy_loss(maps.logits.to(at::kFloat), wanted);
        return {loss, {loss.item<float>()}};
    }
};

class DetectionCriterion : public Criterion {
  public:
    DetectionCriterion(const graph::Graph& graph, const LearnerOptions& options) : head_(graph.head->decode) {
        options_.task = graph.task;
        options_.gains = options.gains;
        options_.class_weights = options.class_weights;
        options_.kpt_shape = head_.kpt_shape;
        options_.overlap_mask = options.overlap_mask;
        if (graph.task == Task::pose)
            options_.kpt_sigmas = keypoint_sigmas(head_.kpt_shape, options.kpt_sigmas);
        check_bins(head_.reg_max);
        const std::size_t weights = options_.class_weights.size();
        if (weights != 0 && weights != static_cast<std::size_t>(head_.class_count)) {
            throw Error(fmt::format("there are {} class weights, but the network has {} classes", weights,
                                    head_.class_count));
        }
    }

    LossValues operator()(const HeadMaps& maps, const data::Batch& targets, Size input) const override {
        const bool differentiate = at::GradMode::is_enabled() && maps.box.front().requires_grad();
        // The prototypes are wanted at the size of the masks; without objects there may be no masks.
        HeadMaps at_masks = maps;
        if (options_.task == Task::segment) at_masks.proto = resized_prototypes(maps.proto, targets.masks);
        MapBuffers buffers(at_masks, head_, input, differentiate);
        const DetectionLoss loss =
            detection_loss(buffers.head(), buffers.prototypes(), targets, options_, parallel_loop);
        if (!differentiate) return {at::full({}, loss.total), loss.items};
        return {GivenGradients::apply(at::TensorList(buffers.maps()), buffers.gradients(), loss.total),
                loss.items};
    }

  private:
    static at::Tensor resized_prototypes(const at::Tensor& proto, const Tensor& masks) {
        const at::Tensor exact = proto.to(at::kFloat);
        if (masks.empty()) return exact;
        const std::int64_t height = masks.dim(1), width = masks.dim(2);
        if (proto.size(2) == height && proto.size(3) == width) return exact;
        return at::upsample_bilinear2d(exact, {height, width}, false);
    }

    graph::DecodeHead head_;
    DetectionLossOptions options_;
};

}  // namespace

std::unique_ptr<Criterion> make_criterion(const graph::Graph& graph, const LearnerOptions& options) {
    if (graph.task == Task::classify) return std::make_unique<ClassifyCriterion>();
    if (!graph.head) throw Error(fmt::format("{} has no head that could be trained", graph.name));
    return std::make_unique<DetectionCriterion>(graph, options);
}

}  // namespace yolo::train
