// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <yolo/image.hpp>
#include <yolo/log.hpp>
#include <yolo/model_info.hpp>
#include <yolo/result.hpp>
#include <yolo/tracker.hpp>

namespace yolo {

/// Options of prediction, with the defaults of the command line. Named like its keys; docs/options.md
/// explains each.
struct PredictOptions {
    float conf = 0.25f;              ///< lowest confidence, 0..1
    float iou = 0.7f;                ///< NMS threshold, 0..1
    int max_det = 300;               ///< detections per picture
    std::optional<Size> imgsz = {};  ///< network input; unset = the model's own; rounded up to the stride
    bool rect = true;                ///< pad the short side only to the stride, not to a square
    std::string device = {};        ///< "" or "cpu"; the number of a GPU ("0", by LibTorch), "-1": the idlest
    bool half = false;              ///< bf16 where the CPU has the instructions, fp16 on a GPU
    int batch = 1;                  ///< pictures per step
    int threads = 0;                ///< 0 = OMP_NUM_THREADS, or the processors this process may use
    bool augment = false;           ///< test-time augmentation (detect only)
    bool agnostic_nms = false;      ///< NMS across classes
    std::vector<int> classes = {};  ///< only these; empty = all
    bool retina_masks = false;      ///< masks at the size of the original picture
    std::vector<int> embed = {};    ///< return pooled features of these layers instead of detections
    int vid_stride = 1;             ///< every n-th frame of a video
    bool stream_buffer = false;     ///< live sources: keep every frame instead of the newest
    LogSink log = {};               ///< warnings (an unreadable picture, say); none are kept when unset
};

/// Options of tracking.
struct TrackOptions {
    PredictOptions predict = {.conf = 0.1F};  ///< weak detections keep tracks alive
    TrackerOptions tracker = {};
    /// Go on with the tracks of the call before, if its tracker was the same, and from one video to the next.
    /// Else numbers begin anew with each call and each video.
    bool persist = false;
};

/// The results of a source, one at a time: a single-pass range. Reading ahead, network and post-processing
/// overlap. Ends its threads when destroyed, also in the middle of a source. begin() and ++ throw Error when
/// the source or the network fails.
class Predictions {
  public:
    class Pipeline;
    class iterator {
      public:
        using value_type = Result;
        using difference_type = std::ptrdiff_t;
        iterator() = default;
        explicit iterator(Pipeline* pipeline);
        Result& operator*() const { return *current_; }
        Result* operator->() const { return current_.get(); }
        iterator& operator++();
        void operator++(int) { ++*this; }
        bool operator==(const iterator& other) const { return pipeline_ == other.pipeline_; }

      private:
        Pipeline* pipeline_ = nullptr;
        std::shared_ptr<Result> current_;
    };

    explicit Predictions(std::unique_ptr<Pipeline> pipeline);
    Predictions(Predictions&&) noexcept;
    Predictions& operator=(Predictions&&) noexcept;
    ~Predictions();

    iterator begin();
    iterator end() { return {}; }

  private:
    std::unique_ptr<Pipeline> pipeline_;
};

/// A model with its weights, ready to predict. Use one Model per thread; several Models may run at the same
/// time.
class Model {
  public:
    /// Reads a checkpoint (.pt or .safetensors) or an exported file or folder that an engine runs
    /// (docs/formats.md), or builds an untrained network from a .yaml. Nothing in a checkpoint is ever
    /// executed. A name that is not a file is looked for in the settings' weights_dir too. Throws Error when
    /// there is no such file or it cannot be read.
    explicit Model(const std::string& path);
    Model(Model&&) noexcept;
    Model& operator=(Model&&) noexcept;
    ~Model();

    const ModelInfo& info() const;

    /// Predicts a file, folder, glob, list, video, stream ... (docs/sources.md). Throws UsageError for an
    /// option that is out of its range or does not fit the model, Error when there is no such source.
    Predictions predict(const std::string& source, const PredictOptions& options = {});
    /// Predicts one picture in memory. The pixels are copied. Throws UsageError as above, Error.
    Result predict(const ImageView& image, const PredictOptions& options = {});
    /// The same for several pictures.
    std::vector<Result> predict(const std::vector<ImageView>& images, const PredictOptions& options = {});

    /// The same as predict() with numbers (track_id) that objects keep from frame to frame: each result holds
    /// the tracks of its frame. Streams have a tracker each, all pictures of a folder are one sequence.
    /// Throws what predict() and Tracker throw; UsageError for a model that finds no objects (classify) and
    /// for embed.
    Predictions track(const std::string& source, const TrackOptions& options = {});
    /// The next frame of a film in memory: with persist, the tracks of the calls before go on.
    Result track(const ImageView& image, const TrackOptions& options = {});

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace yolo
