// SPDX-License-Identifier: Apache-2.0
/// \file Whole training steps of the golden models: network, losses, gradients, BatchNorm statistics, and the
/// first steps of plain SGD.
#include <cmath>

#include <gtest/gtest.h>

#include "checkpoint/checkpoint.hpp"
#include "graph/graph.hpp"
#include "support/golden_case.hpp"
#include "train/torch/criterion.hpp"
#include "train/torch/network.hpp"

namespace yolo::test {
namespace {

Tensor golden_pictures(const GoldenCase& forward) {
    const StoredTensor& stored = tensor(forward.tensors, "images");  // (N, 3, H, W) RGB
    const auto bytes = stored.as<std::uint8_t>();
    const std::int64_t n = stored.shape[0], h = stored.shape[2], w = stored.shape[3];
    Tensor pictures = Tensor::allocate(DType::u8, {n, h, w, 3});
    auto out = pictures.mutable_values<std::uint8_t>().begin();
    for (std::int64_t picture = 0; picture < n; ++picture) {
        for (std::int64_t pixel = 0; pixel < h * w; ++pixel) {
            for (const std::int64_t channel : {2, 1, 0}) {
                *out++ = bytes[static_cast<std::size_t>((picture * 3 + channel) * h * w + pixel)];
            }
        }
    }
    return pictures;
}

data::Batch golden_batch(const GoldenCase& golden, const Tensor& pictures) {
    data::Batch batch;
    batch.images = pictures;
    batch.pictures.resize(static_cast<std::size_t>(pictures.dim(0)));
    const StoredTensor& classes = tensor(golden.tensors, "cls");
    if (classes.dtype == "I64") {
        for (const std::int64_t c : classes.as<std::int64_t>()) batch.classes.push_back(static_cast<int>(c));
        return batch;
    }
    for (const float c : classes.floats()) batch.classes.push_back(static_cast<int>(c));
    for (const float i : golden.floats("batch_idx")) batch.picture_of.push_back(static_cast<int>(i));
    batch.boxes = golden.floats("bboxes");
    if (golden.has("keypoints")) batch.keypoints = golden.floats("keypoints");
    if (golden.has("masks")) {
        const StoredTensor& masks = tensor(golden.tensors, "masks");
        batch.masks = Tensor::allocate(DType::u8, masks.shape);
        const std::vector<float> values = masks.floats();
        for (std::size_t i = 0; i < values.size(); ++i) {
            batch.masks.mutable_values<std::uint8_t>()[i] = static_cast<std::uint8_t>(values[i]);
        }
    }
    return batch;
}

double norm_of(const at::Tensor& values) {
    return values.defined() ? values.to(at::kDouble).norm().item<double>() : 0;
}

/// A golden model in training, with SGD in its plainest form.
class Trainee {
  public:
    Trainee(const std::string& folder, const GoldenCase& golden)
        : model_(checkpoint::load(golden_dir() / folder / "model.pt")),
          network_(model_.graph, model_.weights, {}, 0) {
        read_options(golden);
        criterion_ = train::make_criterion(model_.graph, options_);
        const auto forward = golden_cases(folder, "forward");
        batch_ = golden_batch(golden, golden_pictures(forward.at(0)));
    }

    void reset_statistics() {
        for (auto& [name, buffer] : network_.buffers()) {
            if (name.ends_with("running_mean")) buffer.zero_();
            if (name.ends_with("running_var")) buffer.fill_(1);
        }
    }

    /// Forward and backward: fresh gradients.
    train::LossValues differentiate() {
        for (auto& [name, parameter] : network_.parameters()) parameter.mutable_grad() = at::Tensor();
        auto bytes = batch_.images.mutable_values<std::uint8_t>();
        const at::Tensor images = at::from_blob(bytes.data(), batch_.images.shape(), at::kByte);
        const train::HeadMaps maps = network_.forward(images, Precision::fp32, true);
        train::LossValues loss = (*criterion_)(maps, batch_, {batch_.height(), batch_.width()});
        loss.total.backward();
        return loss;
    }

    double gradient_norm() {
        double sum = 0;
        for (auto& [name, parameter] : network_.parameters()) sum += std::pow(norm_of(parameter.grad()), 2);
        return std::sqrt(sum);
    }

    /// Clips to norm 10, then a step with momentum 0.9 (Nesterov).
    void step(double lr, double decay) {
        const at::NoGradGuard no_gradient;
        const double factor = std::min(1.0, 10 / (gradient_norm() + 1e-6));
        for (auto& [name, parameter] : network_.parameters()) {
            if (!parameter.grad().defined()) continue;
            const bool decays = name.ends_with(".weight") && name.find(".bn.") == std::string::npos;
            at::Tensor gradient = parameter.grad() * factor;
            if (decays) gradient = gradient + parameter * decay;
            at::Tensor& momentum = momenta_[name];
            momentum = momentum.defined() ? momentum * 0.9 + gradient : gradient.clone();
            parameter.sub_(gradient + momentum * 0.9, lr);
        }
    }

    std::map<std::string, at::Tensor> tensors() {
        std::map<std::string, at::Tensor> all(network_.buffers().begin(), network_.buffers().end());
        all.insert(network_.parameters().begin(), network_.parameters().end());
        return all;
    }
    Task task() const { return model_.graph.task; }

  private:
    void read_options(const GoldenCase& golden) {
        const auto& hyp = golden.json.at("hyp");
        options_.gains = {hyp.at("box"),  hyp.at("cls"),  hyp.at("dfl"),
                          hyp.at("pose"), hyp.at("kobj"), hyp.at("angle")};
        options_.overlap_mask = hyp.at("overlap_mask");
    }

    checkpoint::Checkpoint model_;
    train::LearnerOptions options_;
    train::Network network_;
    std::unique_ptr<train::Criterion> criterion_;
    data::Batch batch_;
    std::map<std::string, at::Tensor> momenta_;
};

void expect_near(double ours, double reference, double relative, double absolute, const std::string& what) {
    EXPECT_NEAR(ours, reference, relative * std::abs(reference) + absolute) << what;
}

void compare_items(const nlohmann::json& items, const std::vector<float>& ours, Task task, double relative) {
    const auto names = train::loss_names(task);
    ASSERT_EQ(ours.size(), names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto& wanted = items.at(names[i]);
        expect_near(static_cast<double>(ours[i]),
                    wanted.is_array() ? wanted.at(0).get<double>() : wanted.get<double>(), relative, 1e-7,
                    names[i]);
    }
}

void compare_gradients(const nlohmann::json& norms, Trainee& trainee) {
    const auto tensors = trainee.tensors();
    for (const auto& [name, norm] : norms.items()) {
        ASSERT_TRUE(tensors.contains(name)) << name;
        expect_near(norm_of(tensors.at(name).grad()), norm, 1e-3, 1e-5, "gradient of " + name);
    }
}

/// Calls compare(folder of the task, case) for every golden model/TASK/PREFIX*.
void for_each_case(const std::string& prefix,
                   const std::function<void(const std::string&, const GoldenCase&)>& compare) {
    int cases = 0;
    for (const auto& entry : std::filesystem::directory_iterator(golden_dir() / "model")) {
        const std::string folder = "model/" + entry.path().filename().string();
        for (const GoldenCase& golden : golden_cases(folder, prefix)) {
            SCOPED_TRACE(folder + "/" + golden.name);
            compare(folder, golden);
            ++cases;
        }
    }
    EXPECT_GT(cases, 0);
}

/// Scores, probabilities and angles 1e-3, boxes and keypoints 0.1 px, coefficients and prototypes 2e-3.
double tolerance_of(const graph::Graph& graph, std::size_t output, std::int64_t channel) {
    if (!graph.head) return 1e-3;
    const graph::DecodeHead& head = graph.head->decode;
    if (output == 1) return 2e-3;
    if (channel < 4) return 0.1;
    if (channel < 4 + head.class_count || head.extra == graph::HeadExtra::angle) return 1e-3;
    if (head.extra == graph::HeadExtra::mask_coefficients) return 2e-3;
    return (channel - 4 - head.class_count) % head.kpt_shape[1] == 2 ? 1e-3 : 0.1;
}

TEST(ModelGolden, DecodedOutputs) {
    YOLO_REQUIRE_GOLDEN("model");
    for_each_case("forward", [](const std::string& folder, const GoldenCase& golden) {
        const checkpoint::Checkpoint model = checkpoint::load(golden_dir() / folder / "model.pt");
        train::Network network(model.graph, model.weights, {}, 0);
        Tensor pictures = golden_pictures(golden);
        const at::Tensor images =
            at::from_blob(pictures.mutable_values<std::uint8_t>().data(), pictures.shape(), at::kByte);
        const at::NoGradGuard no_gradient;
        const train::HeadMaps maps = network.forward(images, Precision::fp32, false);
        const Size input{static_cast<int>(pictures.dim(1)), static_cast<int>(pictures.dim(2))};
        const std::vector<Tensor> outputs = train::decode_outputs(model.graph, maps, input);
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const std::vector<float> wanted = golden.floats("output" + std::to_string(i));
            const auto ours = outputs[i].values<float>();
            ASSERT_EQ(ours.size(), wanted.size());
            const std::int64_t channels = outputs[i].dim(1);
            const std::int64_t plane = outputs[i].elements() / outputs[i].dim(0) / channels;
            for (std::size_t j = 0; j < wanted.size(); ++j) {
                const std::int64_t channel = static_cast<std::int64_t>(j) / plane % channels;
                ASSERT_NEAR(ours[j], wanted[j], tolerance_of(model.graph, i, channel))
                    << "output " << i << ", channel " << channel;
            }
        }
    });
}

TEST(ModelGolden, TrainBatch) {
    YOLO_REQUIRE_GOLDEN("model");
    for_each_case("train_batch", [](const std::string& folder, const GoldenCase& golden) {
        Trainee trainee(folder, golden);
        const auto& trajectory = golden.json.at("sgd_trajectory");
        constexpr std::array tolerances = {1e-5, 5e-4, 1e-2};
        double first = 0, last = 0;
        // Later steps are chaotic: one of them shows that the loss falls.
        for (std::size_t step = 0; step < std::min(trajectory.size(), tolerances.size() + 1); ++step) {
            const train::LossValues loss = trainee.differentiate();
            last = loss.total.item<double>();
            if (step == 0) {
                first = last;
                compare_items(golden.json.at("items"), loss.items, trainee.task(), 1e-4);
                compare_gradients(golden.json.at("grad_norm"), trainee);
                const auto tensors = trainee.tensors();
                for (const auto& [name, mean] : golden.json.at("bn_after").items()) {
                    expect_near(tensors.at(name).mean().item<double>(), mean, 1e-4, 1e-6, name);
                }
            }
            if (step < tolerances.size()) {
                expect_near(last, trajectory[step].at("loss"), tolerances[step], 0,
                            "loss of step " + std::to_string(step));
                expect_near(trainee.gradient_norm(), trajectory[step].at("grad_norm_before_clip"),
                            std::max(1e-3, 10 * tolerances[step]), 0,
                            "gradient of step " + std::to_string(step));
            }
            trainee.step(0.01, 5e-4);
        }
        EXPECT_LT(last, first);
    });
}

TEST(ModelGolden, TrainOdd) {
    YOLO_REQUIRE_GOLDEN("model");
    for_each_case("train_odd", [](const std::string& folder, const GoldenCase& golden) {
        Trainee trainee(folder, golden);
        trainee.reset_statistics();
        for (const int number : {0, 1}) {
            const auto& wanted = golden.json.at(number == 0 ? "step0" : "step1");
            SCOPED_TRACE(number);
            const train::LossValues loss = trainee.differentiate();
            compare_items(wanted.at("items"), loss.items, trainee.task(), number == 0 ? 1e-4 : 2e-3);
            if (number == 0) {
                compare_gradients(wanted.at("grad_norm"), trainee);
                expect_near(trainee.gradient_norm(), wanted.at("grad_norm_before_clip"), 1e-3, 0,
                            "all gradients");
            }
            trainee.step(0.005, 0.05);
            const auto tensors = trainee.tensors();
            const double tolerance = number == 0 ? 1e-4 : 1e-3;
            if (number == 0) {
                for (const auto& [name, norm] : wanted.at("parameter_norm_after").items()) {
                    expect_near(norm_of(tensors.at(name)), norm, 1e-5, 1e-7, name);
                }
            }
            for (const auto& [name, norm] : wanted.at("bn_mean_norm_after").items()) {
                expect_near(norm_of(tensors.at(name)), norm, tolerance, 1e-7, name);
            }
            for (const auto& [name, mean] : wanted.at("bn_var_mean_after").items()) {
                expect_near(tensors.at(name).mean().item<double>(), mean, tolerance, 1e-7, name);
            }
        }
    });
}

}  // namespace
}  // namespace yolo::test
