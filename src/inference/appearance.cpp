// SPDX-License-Identifier: Apache-2.0
#include "inference/appearance.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "engines/registry.hpp"
#include "graph/graph.hpp"
#include "image/classify_resize.hpp"
#include "inference/options.hpp"
#include "inference/pipeline.hpp"
#include "inference/step.hpp"
#include "tasks/result_crop.hpp"

namespace yolo::inference {

namespace {

/// Layers of the maps that enter the detection head, level by level; empty when it has none.
std::vector<int> head_inputs(const graph::Graph& graph) {
    if (!graph.head || graph.layers.empty()) return {};
    const int head = static_cast<int>(graph.layers.size()) - 1;
    std::vector<int> layers;
    for (const int from : graph.layers.back().from) layers.push_back(from < 0 ? head + from : from);
    return layers;
}

class HeadMaps final : public Appearance {
  public:
    explicit HeadMaps(std::vector<int> layers) : layers_(std::move(layers)) {}

    std::vector<int> layers() const override { return layers_; }

    std::vector<std::vector<float>> of(const Prediction& prediction) override {
        std::vector<Tensor> maps;
        for (const int layer : layers_) maps.push_back(prediction.maps.at(layer));
        return map_features(maps, prediction.anchors);
    }

  private:
    const std::vector<int> layers_;
};

constexpr int usual_side = 224;  ///< of the pictures that classifiers and embeddings are made for

/// The engine that was named for the detector, where it runs this model too.
std::string engine_of(const OpenedModel& model, const PredictOptions& options, const std::string& engine) {
    const std::string named = engine_request(options, engine).engine;
    const auto& table = engines::engine_table();
    const bool runs = std::any_of(table.begin(), table.end(), [&](const engines::EngineEntry& entry) {
        return entry.name == named && entry.takes_kind(model.kind());
    });
    return runs ? engine : "";
}

/// A model that looks at each detection's cut-out. Of one with weights the looks are the pooled features of
/// the last layer before its head; of an exported file they are its output.
class CutOuts final : public Appearance {
  public:
    CutOuts(OpenedModel model, const PredictOptions& options, const std::string& named)
        : whole_(model.file && !model.metadata.contains("task")) {
        const bool exported = model.file.has_value(), sized = model.metadata.contains("imgsz");
        const std::string engine = engine_of(model, options, named);
        session_ = std::make_unique<Session>(std::move(model), engine);
        const ModelInfo& info = session_->info();
        if (exported && info.task != Task::classify)
            throw UsageError(
                fmt::format("'{}' is of the task {}, and as an exported file it shows no features: name a "
                            "classifier, a file with one output of features, or the model's .pt",
                            session_->model().file->path.string(), to_string(info.task)));
        if (!exported) {
            const auto& layers = session_->model().weights_for("with_reid").graph.layers;
            options_.embed = {static_cast<int>(layers.size()) - 2};
        } else if (!sized) {
            options_.imgsz = Size{usual_side, usual_side};
        }
        options_.threads = options.threads;
        options_.device = options.device;
        options_.half = options.half;
        options_.rect = false;
        options_ = checked_options(options_, *session_, engine, {});
        request_ = engine_request(options_, engine);
    }

    std::vector<std::vector<float>> of(const Prediction& prediction) override {
        std::vector<std::vector<float>> features(prediction.result.size());
        std::vector<sources::Frame> frames;
        std::vector<std::size_t> rows;
        const std::vector<cv::Mat> crops = tasks::cut_outs(prediction.result);
        for (std::size_t i = 0; i < crops.size(); ++i) {
            if (crops[i].empty()) continue;
            frames.emplace_back().image =
                whole_ ? image::resize_antialiased(crops[i], options_.imgsz.value()) : crops[i];
            rows.push_back(i);
        }
        if (frames.empty()) return features;
        StepTimes times;
        std::vector<Prediction> seen = predict_step(*session_, request_, options_, std::move(frames), times);
        for (std::size_t i = 0; i < seen.size(); ++i) {
            Result& looks = seen[i].result;
            features[rows[i]] = std::move(options_.embed.empty() ? looks.probs : looks.embedding);
        }
        return features;
    }

  private:
    /// A file of others sees the whole cut-out in the size that it wants; a classifier sees its middle, as it
    /// was trained.
    const bool whole_;
    std::unique_ptr<Session> session_;
    PredictOptions options_;
    EngineRequest request_;
};

/// The widths of these layers' maps are multiples of the narrowest one.
bool can_be_grouped(const checkpoint::Checkpoint& model, const std::vector<int>& layers) {
    std::vector<std::int64_t> widths;
    const std::vector<Shape> shapes = graph::infer_shapes(model.graph, {1, model.info.channels, 64, 64});
    for (const int layer : layers)
        widths.push_back(shapes.at(
            static_cast<std::size_t>(model.graph.layers[static_cast<std::size_t>(layer)].output))[1]);
    const std::int64_t least = *std::min_element(widths.begin(), widths.end());
    return std::all_of(widths.begin(), widths.end(), [&](std::int64_t width) { return width % least == 0; });
}

}  // namespace

std::vector<std::vector<float>> map_features(std::span<const Tensor> maps, std::span<const int> anchors) {
    std::int64_t length = maps.empty() ? 0 : maps[0].dim(1);
    for (const Tensor& map : maps) length = std::min(length, map.dim(1));
    std::vector<std::vector<float>> features;
    for (const int anchor : anchors) {
        std::int64_t cell = anchor;
        auto map = maps.begin();
        for (; map != maps.end() && cell >= map->dim(2) * map->dim(3); ++map)
            cell -= map->dim(2) * map->dim(3);
        std::vector<float>& feature = features.emplace_back();
        if (map == maps.end()) continue;
        const std::int64_t plane = map->dim(2) * map->dim(3), group = map->dim(1) / length;
        const float* value = map->values<float>().data() + cell;
        for (std::int64_t i = 0; i < length; ++i) {
            float sum = 0;
            for (std::int64_t k = 0; k < group; ++k, value += plane) sum += *value;
            feature.push_back(sum / static_cast<float>(group));
        }
    }
    return features;
}

std::unique_ptr<Appearance> make_appearance(const Tracker& tracker, const Session& session,
                                            const PredictOptions& options, const std::string& engine,
                                            const LogSink& log) {
    if (!tracker.needs_features()) return nullptr;
    const std::string name = tracker.setting("model").value_or("auto");
    if (name != "auto") {
        // A file that says no task is one that turns a picture into features.
        return std::make_unique<CutOuts>(
            open_model(name, load_settings(log), {.log = log, .task = Task::classify}), options, engine);
    }
    const auto motion_only = [&](const char* why) {
        if (log)
            log(LogLevel::warning,
                fmt::format(
                    "with_reid=True has no effect with model: auto here, since {}: only motion counts; "
                    "name a model in the tracker file",
                    why));
        return nullptr;
    };
    if (!session.model().checkpoint) return motion_only("an exported file shows no maps of its layers");
    if (options.augment) return motion_only("augment=True shows no maps of layers");
    std::vector<int> layers = head_inputs(session.model().checkpoint->graph);
    if (layers.empty() || !can_be_grouped(*session.model().checkpoint, layers))
        return motion_only("the network's head has no maps that can be compared");
    return std::make_unique<HeadMaps>(std::move(layers));
}

}  // namespace yolo::inference
