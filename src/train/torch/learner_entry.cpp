// SPDX-License-Identifier: Apache-2.0
/// \file The plug-in's entry for training. Behind it, LibTorch's exceptions become ours.
#include "train/torch/learner_torch.hpp"
#include "train/torch/translated.hpp"

namespace yolo::train {

namespace {

class TranslatingLearner : public Learner {
  public:
    TranslatingLearner(const checkpoint::Checkpoint& model, const LearnerOptions& options)
        : inner_(model, options) {}

    const std::vector<ParameterGroup>& groups() const override { return inner_.groups(); }
    std::string description() const override { return inner_.description(); }
    Losses accumulate(const data::Batch& batch, Size size) override {
        return translated([&] { return inner_.accumulate(batch, size); });
    }
    void step(std::span<const GroupRate> rates) override {
        translated([&] { inner_.step(rates); });
    }
    void take_times(StepTimes* times) override { inner_.take_times(times); }
    Evaluation evaluate(const data::Batch& batch) override {
        return translated([&] { return inner_.evaluate(batch); });
    }
    bool precision_agrees(const data::Batch& batch) override {
        return translated([&] { return inner_.precision_agrees(batch); });
    }
    double precision_speedup(const data::Batch& batch) override {
        return translated([&] { return inner_.precision_speedup(batch); });
    }
    DeviceMemory memory() const override {
        return translated([&] { return inner_.memory(); });
    }
    std::optional<double> peak_memory(const data::Batch& batch, Size size) override {
        return translated([&] { return inner_.peak_memory(batch, size); });
    }
    void set_precision(Precision precision) override { inner_.set_precision(precision); }
    Precision precision() const override { return inner_.precision(); }
    graph::Weights ema_weights() const override {
        return translated([&] { return inner_.ema_weights(); });
    }
    checkpoint::TrainingState state() const override {
        return translated([&] { return inner_.state(); });
    }
    void restore(const checkpoint::TrainingState& state) override {
        translated([&] { inner_.restore(state); });
    }

  private:
    TorchLearner inner_;
};

}  // namespace

extern "C" __attribute__((visibility("default"))) Learner* yolo_make_learner(
    const checkpoint::Checkpoint& model, const LearnerOptions& options) {
    return translated([&] { return new TranslatingLearner(model, options); });
}

}  // namespace yolo::train
