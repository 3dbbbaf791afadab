// SPDX-License-Identifier: Apache-2.0
/// \file What a training does with a batch, as seen from the loop. The learner itself is in the plug-in
/// libyolo_torch (train/torch/), the only place that knows LibTorch.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <yolo/error.hpp>
#include <yolo/log.hpp>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/training_state.hpp"
#include "core/precision.hpp"
#include "data/batch.hpp"

namespace yolo::train {

/// Weights of the loss items in the sum.
struct LossGains {
    double box = 7.5, cls = 0.5, dfl = 1.5, pose = 12, kobj = 1, angle = 1;
};

struct LearnerOptions {
    LossGains gains;
    std::vector<float> class_weights = {};  ///< of the class loss (cls_pw); empty = all 1
    std::vector<float> kpt_sigmas = {};     ///< pose; empty = the rule of the task
    bool overlap_mask = true;
    double dropout = 0;  ///< classify

    std::string optimizer =
        "AdamW";  ///< SGD, MuSGD, Adam, Adamax, AdamW, NAdam, RAdam, RMSProp; never "auto"
    double learning_rate = 0.01, momentum = 0.937, weight_decay = 0.0005;
    std::vector<std::string> frozen = {};  ///< parameters whose name holds one of these get no gradient

    Precision precision = Precision::fp32;  ///< of convolutions; weights and losses stay float32
    std::string device = "cpu";             ///< or "cuda:0"
    int threads = 1;
    std::uint64_t seed = 0;
};

/// One group of the optimiser.
struct ParameterGroup {
    std::string kind;  ///< "weight" (with decay), "bn", "bias", "muon"
    double initial_lr = 0;
    bool has_momentum = true;  ///< SGD, MuSGD, RMSProp; the Adam kinds keep theirs
    std::size_t parameters = 0;
};

/// What the next step uses for one group.
struct GroupRate {
    double lr = 0;
    double momentum = 0;  ///< ignored by groups without
};

struct Losses {
    std::vector<float> items;  ///< in the order of loss_names(), with their gains, of one picture
    double total = 0;          ///< what was differentiated
};

struct Evaluation {
    Losses losses;
    std::vector<Tensor>
        outputs;  ///< as an engine gives them: output0 (N, 4 + nc + extra, A), output1 prototypes
};

/// "box_loss", "cls_loss", "dfl_loss", ... of a task, as results.csv names them.
std::vector<std::string> loss_names(Task task);

struct DeviceMemory {
    double held = 0, free = 0;  ///< bytes
};

/// There was no memory for a batch: a smaller one may go.
class OutOfMemory : public Error {
  public:
    using Error::Error;
};

/// Seconds that the parts of training steps took: `losses` those of the boxes' assignment too, `optimizer`
/// clipping, `average` the moving average.
struct StepTimes {
    double forward = 0, losses = 0, backward = 0, optimizer = 0, average = 0;
};

/// A network in training with its optimiser and its moving average. Not for several threads at once.
class Learner {
  public:
    virtual ~Learner() = default;
    virtual const std::vector<ParameterGroup>& groups() const = 0;
    virtual std::string description()
        const = 0;  ///< "torch 2.x, channels_last, bf16, avx512_bf16, 2 threads"

    /// Forward, losses, backward; gradients add up until step(). `size`: pictures are resized to it first
    /// (multi_scale); {} = as they are.
    virtual Losses accumulate(const data::Batch& batch, Size size = {}) = 0;
    /// Clips the gradients to norm 10, moves the parameters, clears the gradients, updates the moving
    /// average. With fp16, a step whose gradients overflowed moves nothing but the average and the loss's
    /// scale.
    virtual void step(std::span<const GroupRate> rates) = 0;

    /// Adds what the parts of accumulate() and step() take to `times` from now on, on a GPU until each part
    /// is done; null: no clock is read.
    virtual void take_times(StepTimes* times) = 0;

    /// Outputs and losses of the moving average on a batch, BatchNorm with its running statistics.
    virtual Evaluation evaluate(const data::Batch& batch) = 0;
    /// The check of mixed precision: whether outputs on a batch in this precision are finite and those of
    /// fp32 but for rounding: the boxes of the anchors that would be reported (else of the strongest)
    /// overlap, and probabilities are near. True in fp32.
    virtual bool precision_agrees(const data::Batch& batch) = 0;
    /// How many times as fast as in fp32 a training step on pictures of the batch is in this precision, of a
    /// few steps on as many pictures as say something. 1 in fp32. Nothing of the training changes by it.
    virtual double precision_speedup(const data::Batch& batch) = 0;

    /// Memory of the device: how much of it this process holds (on a processor: in all), and how much it
    /// could take beside that.
    virtual DeviceMemory memory() const = 0;
    /// The most bytes that the process holds of the device's memory during a whole training step on these
    /// pictures, the optimiser's move included: what a learner is good for that is thrown away afterwards.
    /// Nothing where that cannot be measured.
    virtual std::optional<double> peak_memory(const data::Batch& batch, Size size = {}) = 0;

    virtual void set_precision(Precision precision) = 0;
    virtual Precision precision() const = 0;

    virtual graph::Weights ema_weights() const = 0;       ///< float32 copies, official names
    virtual checkpoint::TrainingState state() const = 0;  ///< copies; progress is left to the loop
    /// Goes on from there. A state without `model` starts from its EMA. Throws Error when names or shapes
    /// differ.
    virtual void restore(const checkpoint::TrainingState& state) = 0;
};

/// The entry of the plug-in. The caller owns the learner. `model`: training-stage graph and start weights.
using MakeLearner = Learner*(const checkpoint::Checkpoint& model, const LearnerOptions& options);
inline constexpr char make_learner_name[] = "yolo_make_learner";

/// Opens the plug-in. Throws Error that says how to get it when it is missing.
std::unique_ptr<Learner> make_learner(const checkpoint::Checkpoint& model, const LearnerOptions& options);

}  // namespace yolo::train
