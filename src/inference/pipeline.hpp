// SPDX-License-Identifier: Apache-2.0
/// \file Source -> Frame -> letterbox -> network -> Task::decode -> Result, each on its own thread(s); then
/// the stages.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <yolo/model.hpp>

#include "core/bounded_queue.hpp"
#include "inference/session.hpp"
#include "inference/stage.hpp"
#include "inference/stream_figures.hpp"
#include "sources/source.hpp"

namespace yolo::inference {

/// Time spent in each part of the way, summed over all threads, in nanoseconds.
struct StageTimes {
    std::atomic<std::int64_t> decode{0}, letterbox{0}, network{0}, postprocess{0};
    std::atomic<std::int64_t> pictures{0};
};

/// The engine that prediction asks for, with all threads.
EngineRequest engine_request(const PredictOptions& options, const std::string& engine);

/// Runs a source through a model. Results come out in the order of the source.
///
/// Pictures and live streams: one network at a time with all threads (lowest latency), while the next picture
/// is read and the last one is written. Of a live stream nothing is read ahead: its next batch is asked for
/// when the one before it has been taken, so that nothing old waits anywhere. Video files: as many pictures
/// at once as there are threads, each with one (highest throughput: no core waits for another at the end of
/// every layer).
class Pipeline {
  public:
    /// `options.imgsz`, thread count and classes are used as they are: check them before. Throws UsageError
    /// where a stage wants maps of layers and there are none (augment, embed).
    Pipeline(std::shared_ptr<Session> session, std::unique_ptr<sources::Source> source,
             PredictOptions options, const std::string& engine = "", Stages stages = {});
    /// Stops at once, also in the middle of a source.
    ~Pipeline();
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    /// The next batch in order, as the stages leave it; empty at the end. For one thread. Throws what a
    /// thread or a stage threw.
    std::vector<Prediction> next();

    const sources::Source& source() const { return *source_; }
    /// The engine that it runs; of videos it is settled when the first batch has come.
    const EngineRequest& request() const { return request_; }
    const StageTimes& times() const { return times_; }
    /// What the stages have spent behind them; for the thread that calls next().
    std::vector<StagePart> stage_parts() const;
    /// Of live streams by their source_index, up to the last batch; for the thread that calls next().
    const std::map<int, StreamFigures>& streams() const { return streams_; }
    /// Size of the last network input, (n, channels, height, width).
    Shape last_input() const;

  private:
    struct Batch {
        std::int64_t sequence = 0;
        std::vector<sources::Frame> frames;
    };

    void read();
    bool wait_for_reader(std::int64_t sequence);
    void place(std::vector<Prediction>& batch);
    void measure(std::vector<Prediction>& batch);
    void work(bool first);
    void start_more_workers(const Batch& first_batch);
    std::vector<Prediction> predict(Batch batch);
    void deliver(std::int64_t sequence, std::vector<Prediction> predictions);
    std::vector<Prediction> take();
    void fail(std::exception_ptr error);
    void stop();

    std::shared_ptr<Session> session_;
    std::unique_ptr<sources::Source> source_;
    const PredictOptions options_;
    const Stages stages_;
    EngineRequest request_;
    std::optional<float> loose_conf_;  ///< the lowest of the stages
    StageTimes times_;
    std::map<int, StreamFigures> streams_;
    std::map<int, double> first_seconds_;  ///< of live streams

    BoundedQueue<Batch> input_;
    mutable std::mutex mutex_;
    std::condition_variable delivered_, taken_;
    std::map<std::int64_t, std::vector<Prediction>> ready_;  ///< waiting for their turn
    std::int64_t next_out_ = 0;
    std::int64_t end_ = -1;  ///< number of batches, once known
    bool stopped_ = false;
    std::exception_ptr error_;
    Shape last_input_;

    std::vector<std::thread> workers_;
    std::thread reader_;
};

}  // namespace yolo::inference
