// SPDX-License-Identifier: Apache-2.0
#include "data/loading/batch_loader.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <opencv2/core/utility.hpp>

#include <yolo/error.hpp>

#include "data/loading/batch_pool.hpp"
#include "data/loading/picture_store.hpp"

namespace yolo::data {

namespace {

/// OpenCV splits single pictures among threads of its own; the loader's threads each have a picture already.
/// OpenCV knows this number for the whole process only.
class OneThreadPerPicture {
  public:
    OneThreadPerPicture() : before_(cv::getNumThreads()) { cv::setNumThreads(1); }
    ~OneThreadPerPicture() { cv::setNumThreads(before_); }
    OneThreadPerPicture(const OneThreadPerPicture&) = delete;
    OneThreadPerPicture& operator=(const OneThreadPerPicture&) = delete;

  private:
    int before_;
};

/// A batch in the making.
struct Build {
    std::shared_ptr<Batch> batch;
    std::shared_ptr<const EpochPlan> plan;
    int epoch = 0;
    bool mosaic_closed = false;
    std::size_t first_place = 0;
    std::size_t places = 0;                          ///< of pictures, also of those that cannot be read
    std::vector<std::optional<MadeSample>> samples;  ///< in the end without those
    // Guarded by the loader's mutex:
    std::size_t taken = 0;  ///< samples that a thread has begun
    std::size_t done = 0;
    bool ready = false;
    std::exception_ptr failure;
};

/// What the action throws, or null.
template <class Action>
std::exception_ptr failure_of(const Action& action) {
    try {
        action();
        return nullptr;
    } catch (...) {
        return std::current_exception();
    }
}

class BatchLoader : public Loader {
  public:
    BatchLoader(const LoadOrder& order, SampleMaker maker, std::shared_ptr<PictureStore> pictures,
                const LoaderOptions& options);
    ~BatchLoader() override;

    int batches() const override { return order_.batches(); }
    void start(int epoch, int first_batch, bool mosaic_closed) override;
    std::shared_ptr<const Batch> next() override;
    std::vector<std::size_t> unreadable() const override { return pictures_->unreadable().indices(); }
    std::vector<std::string> take_warnings() override { return pictures_->take_warnings(); }

  private:
    std::shared_ptr<Build> next_build();
    std::shared_ptr<Build> begin_build();
    void fill_queue();
    void make_sample(Build& build, std::size_t i) const;
    void work();
    void end_threads();

    const LoadOrder order_;
    const SampleMaker maker_;
    const std::shared_ptr<PictureStore> pictures_;
    const int channels_;
    const std::uint64_t seed_;
    const std::size_t ahead_;  ///< batches in the making
    const OneThreadPerPicture one_thread_;
    const std::shared_ptr<BatchPool> pool_ = std::make_shared<BatchPool>();

    std::mutex mutex_;
    std::condition_variable work_, ready_;
    bool stopped_ = false;
    std::shared_ptr<const EpochPlan> plan_;
    int epoch_ = 0, next_batch_ = 0;
    bool mosaic_closed_ = false;
    std::deque<std::shared_ptr<Build>> builds_;  ///< in the order of the epoch
    std::size_t delivered_ = 0;                  ///< pictures of the epoch; only next() and start() use it
    bool passed_over_ = false;                   ///< a batch of the epoch was empty
    std::vector<std::thread> threads_;
};

BatchLoader::BatchLoader(const LoadOrder& order, SampleMaker maker, std::shared_ptr<PictureStore> pictures,
                         const LoaderOptions& options)
    : order_(order),
      maker_(std::move(maker)),
      pictures_(std::move(pictures)),
      channels_(options.channels),
      seed_(options.seed),
      ahead_(static_cast<std::size_t>(std::max(options.workers, 0)) + 1) {
    try {
        for (int i = 0; i < options.workers; ++i) threads_.emplace_back([this] { work(); });
    } catch (...) {  // the system has no more threads
        end_threads();
        throw;
    }
}

BatchLoader::~BatchLoader() {
    end_threads();
}

void BatchLoader::end_threads() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void BatchLoader::start(int epoch, int first_batch, bool mosaic_closed) {
    auto plan = std::make_shared<const EpochPlan>(order_, seed_, epoch);
    {
        const std::lock_guard lock(mutex_);
        plan_ = std::move(plan);
        epoch_ = epoch;
        next_batch_ = first_batch;
        mosaic_closed_ = mosaic_closed;
        delivered_ = static_cast<std::size_t>(first_batch) * static_cast<std::size_t>(order_.batch);
        passed_over_ = false;
        builds_.clear();
        if (!threads_.empty()) fill_queue();
    }
    work_.notify_all();
}

/// With the mutex held.
std::shared_ptr<Build> BatchLoader::begin_build() {
    const auto full = static_cast<std::size_t>(order_.batch);
    auto build = std::make_shared<Build>();
    build->first_place = static_cast<std::size_t>(next_batch_) * full;
    const std::size_t count = std::min(full, order_.pictures - build->first_place);
    build->batch = pool_->take(static_cast<int>(count), order_.shape_of(build->first_place), channels_);
    build->batch->number = next_batch_++;
    build->plan = plan_;
    build->epoch = epoch_;
    build->mosaic_closed = mosaic_closed_;
    build->places = count;
    build->samples.resize(count);
    return build;
}

/// With the mutex held.
void BatchLoader::fill_queue() {
    while (builds_.size() < ahead_ && next_batch_ < order_.batches()) builds_.push_back(begin_build());
}

void BatchLoader::make_sample(Build& build, std::size_t i) const {
    cv::Mat place = picture_place(*build.batch, i);
    build.samples[i] = maker_({build.epoch, build.first_place + i, build.mosaic_closed, *build.plan}, place);
}

void BatchLoader::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        std::shared_ptr<Build> build;
        work_.wait(lock, [&] {
            if (stopped_) return true;
            const auto open = std::find_if(builds_.begin(), builds_.end(),
                                           [](const auto& b) { return b->taken < b->places; });
            if (open == builds_.end()) return false;
            build = *open;
            return true;
        });
        if (stopped_) return;
        const std::size_t i = build->taken++;
        lock.unlock();
        const std::exception_ptr failure = failure_of([&] { make_sample(*build, i); });
        lock.lock();
        if (failure && !build->failure) build->failure = failure;
        if (++build->done < build->places) continue;
        if (!build->failure) {
            lock.unlock();
            const std::exception_ptr failure_of_all =
                failure_of([&] { fill_targets(*build->batch, build->samples); });
            lock.lock();
            build->failure = failure_of_all;
        }
        build->ready = true;
        ready_.notify_all();
    }
}

std::shared_ptr<const Batch> BatchLoader::next() {
    while (const std::shared_ptr<Build> build = next_build()) {
        Batch& batch = *build->batch;
        if (batch.pictures.empty()) {
            passed_over_ = true;
            continue;
        }
        batch.first = delivered_;
        delivered_ += batch.pictures.size();
        return build->batch;
    }
    if (passed_over_ && delivered_ == 0) pictures_->unreadable().refuse_all();
    return nullptr;
}

/// The next one, made; null at the end of the epoch.
std::shared_ptr<Build> BatchLoader::next_build() {
    std::unique_lock lock(mutex_);
    if (!plan_) throw Error("batches were asked for before an epoch was started");
    if (threads_.empty()) {
        if (next_batch_ >= order_.batches()) return nullptr;
        std::shared_ptr<Build> build = begin_build();
        for (std::size_t i = 0; i < build->places; ++i) make_sample(*build, i);
        fill_targets(*build->batch, build->samples);
        return build;
    }
    if (builds_.empty()) return nullptr;
    ready_.wait(lock, [&] { return builds_.front()->ready; });
    std::shared_ptr<Build> build = builds_.front();
    builds_.pop_front();
    fill_queue();
    lock.unlock();
    work_.notify_all();
    if (build->failure) std::rethrow_exception(build->failure);
    return build;
}

}  // namespace

std::unique_ptr<Loader> make_batch_loader(const LoadOrder& order, SampleMaker maker,
                                          std::shared_ptr<PictureStore> pictures,
                                          const LoaderOptions& options) {
    return std::make_unique<BatchLoader>(order, std::move(maker), std::move(pictures), options);
}

}  // namespace yolo::data
