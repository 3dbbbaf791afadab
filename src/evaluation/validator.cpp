// SPDX-License-Identifier: Apache-2.0
#include "evaluation/validator.hpp"

#include <thread>

#include <fmt/core.h>

#include "core/bounded_queue.hpp"
#include "evaluation/pass.hpp"

namespace yolo::evaluation {

namespace {

/// Batches that wait to be judged: enough to overlap with the network, few enough to keep memory flat.
constexpr std::size_t queue_length = 2;

/// Runs `work` on `count` threads; what it throws ends the pass. Joins on destruction.
class Workers {
  public:
    template <class Work>
    Workers(ValidationPass& pass, int count, Work work) {
        for (int i = 0; i < count; ++i) {
            threads_.emplace_back([&pass, work] {
                try {
                    work();
                } catch (...) {
                    pass.fail(std::current_exception());
                }
            });
        }
    }
    ~Workers() { join(); }
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    void join() {
        for (std::thread& thread : threads_) {
            if (thread.joinable()) thread.join();
        }
    }

  private:
    std::vector<std::thread> threads_;
};

struct JudgedBatch {
    std::shared_ptr<const data::Batch> batch;
    inference::NetworkOutput output;
};

/// Closes the queue however the scope is left, so that the threads behind it end.
struct Closing {
    BoundedQueue<JudgedBatch>& queue;
    ~Closing() { queue.close(); }
};

}  // namespace

float default_val_conf(Task task) {
    return task == Task::obb ? 0.01f : 0.001f;
}

Validator::Validator(ModelInfo info, std::shared_ptr<const data::Dataset> dataset, ValidatorOptions options)
    : info_(std::move(info)), dataset_(std::move(dataset)), options_(std::move(options)) {
    options_.loader.training = false;
    if (!options_.classes.names) options_.classes = own_classes(info_, dataset_->spec());
    options_.detect.class_ids = options_.classes.of_network;
    judged_ = info_;
    judged_.names = options_.classes.names;
    DetectOptions& detect = options_.detect;
    const auto most = static_cast<int>(dataset_->most_objects());
    if (options_.default_max_det && most > detect.max_det && info_.task != Task::classify) {
        if (options_.log)
            options_.log(LogLevel::warning,
                         fmt::format("a picture has {} objects, more than max_det={}: "
                                     "max_det={} is used; set max_det to keep another limit",
                                     most, detect.max_det, most));
        detect.max_det = most;
    }
    loader_ = data::make_loader(dataset_, options_.loader);
}

ValResult Validator::run(const inference::RunNetwork& network, const ValidatorHooks& hooks) {
    ValidationPass pass(info_, judged_, *dataset_, options_, hooks, *loader_);
    BoundedQueue<JudgedBatch> queue(queue_length);
    const int judges = std::max(options_.threads, 1);
    Workers workers(pass, judges, [&] {
        while (const auto judged = queue.pop()) {
            for (int i = 0; i < judged->batch->size(); ++i)
                pass.look_at(*judged->batch, i, judged->output, i);
        }
    });
    {
        const Closing closing{queue};
        while (const std::shared_ptr<const data::Batch> batch = pass.next_batch()) {
            queue.push({batch, pass.run(network, *batch, 0, batch->size())});
        }
    }
    workers.join();
    return pass.finish(1, judges);
}

ValResult Validator::run_concurrently(const inference::RunNetwork& network, const ValidatorHooks& hooks) {
    ValidationPass pass(info_, judged_, *dataset_, options_, hooks, *loader_);
    const int count = std::max(options_.threads, 1);
    Workers workers(pass, count, [&] {
        for (auto place = pass.next_picture(); place.batch; place = pass.next_picture()) {
            const inference::NetworkOutput output = pass.run(network, *place.batch, place.index, 1);
            pass.look_at(*place.batch, place.index, output, 0);
        }
    });
    workers.join();
    return pass.finish(count, count);
}

}  // namespace yolo::evaluation
