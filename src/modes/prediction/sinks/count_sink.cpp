// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <map>

#include <fmt/format.h>

#include "core/files.hpp"
#include "inference/sequence.hpp"
#include "modes/prediction/sinks/sink.hpp"
#include "modes/tracking/region_text.hpp"

namespace yolo::modes {

namespace {

/// counts.json and counts.csv: what each video, stream or folder of pictures has counted in all. They are
/// written when a file is done, and every minute, since a stream may never end.
class CountSink final : public Sink {
  public:
    CountSink(RunFiles& files, LogSink log)
        : log_(std::move(log)), json_(files.claim("counts.json")), csv_(files.claim("counts.csv")) {}

    void write(const Output& output) override {
        const inference::Prediction& prediction = output.prediction;
        const bool pictures = inference::Sequence(prediction.frame).file < 0 &&
                              prediction.frame.kind != sources::SourceKind::stream;
        const int key = pictures ? -1 : prediction.frame.source_index;
        names_ = prediction.result.names;
        Source& source = sources_[key];
        if (source.name.empty()) source.name = pictures ? "pictures" : output.name;
        source.regions = prediction.regions;
        const auto now = std::chrono::steady_clock::now();
        if (now - saved_ < std::chrono::minutes(1)) return;
        saved_ = now;
        save();
    }

    void finish() override {
        save();
        for (const auto& [key, source] : sources_) {
            for (const RegionCounts& counts : source.regions) {
                log_(LogLevel::info,
                     (sources_.size() > 1 ? source.name + ", " : "") + region_summary(counts, names_));
            }
        }
    }

    std::string summary() const override { return fmt::format("counts saved to {}", json_.string()); }

  private:
    struct Source {
        std::string name;
        std::vector<RegionCounts> regions;
    };

    void save() const {
        Json json = Json::object();
        std::string csv = counts_csv_header();
        for (const auto& [key, source] : sources_) {
            json[source.name] = regions_json(source.regions, names_);
            for (const RegionCounts& counts : source.regions)
                csv += counts_csv_rows(source.name, counts, names_);
        }
        write_file(json_, json_text(json, 1) + "\n");
        write_file(csv_, csv);
    }

    const LogSink log_;
    const std::filesystem::path json_, csv_;
    std::map<int, Source> sources_;
    Names names_;
    std::chrono::steady_clock::time_point saved_ = std::chrono::steady_clock::now();
};

}  // namespace

std::unique_ptr<Sink> count_sink(RunFiles& files, const LogSink& log) {
    return std::make_unique<CountSink>(files, log);
}

}  // namespace yolo::modes
