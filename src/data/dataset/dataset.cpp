// SPDX-License-Identifier: Apache-2.0
#include "data/dataset.hpp"

#include <algorithm>
#include <limits>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>

#include "data/dataset/foreign_path.hpp"
#include "data/dataset/label_index.hpp"
#include "data/dataset/label_survey.hpp"
#include "data/dataset/scan.hpp"
#include "data/dataset/split_pictures.hpp"

namespace yolo::data {

namespace {

constexpr std::size_t most_messages = 20;

/// An index seen through the options: only some classes, all classes as one.
class IndexedDataset : public Dataset {
  public:
    IndexedDataset(DatasetSpec spec, std::shared_ptr<const LabelIndex> index, const DatasetOptions& options)
        : spec_(std::move(spec)),
          index_(std::move(index)),
          kept_classes_(options.classes),
          single_cls_(options.single_cls && spec_.task != Task::classify) {
        for (std::size_t i = 0; i < size(); ++i) {
            const auto classes = index_->classes(i);
            const auto count = static_cast<std::size_t>(
                std::count_if(classes.begin(), classes.end(), [&](int c) { return is_kept(c); }));
            most_objects_ = std::max(most_objects_, count);
            objects_ += count;
        }
    }

    const DatasetSpec& spec() const override { return spec_; }
    const DatasetSummary& summary() const override { return index_->summary(); }
    std::size_t size() const override { return index_->size(); }
    std::filesystem::path picture(std::size_t index) const override { return index_->picture(index); }
    Size picture_size(std::size_t index) const override { return index_->picture_size(index); }
    bool has_polygons() const override { return index_->has_polygons(); }
    std::size_t most_objects() const override { return most_objects_; }
    Labels labels(std::size_t index) const override;

    std::size_t objects() const { return objects_; }

  private:
    bool is_kept(int class_id) const {
        return kept_classes_.empty() || spec_.task == Task::classify ||
               std::find(kept_classes_.begin(), kept_classes_.end(), class_id) != kept_classes_.end();
    }

    DatasetSpec spec_;
    std::shared_ptr<const LabelIndex> index_;
    std::vector<int> kept_classes_;
    bool single_cls_;
    std::size_t most_objects_ = 0, objects_ = 0;
};

Labels IndexedDataset::labels(std::size_t index) const {
    Labels labels;
    const auto classes = index_->classes(index);
    const auto boxes = index_->boxes(index);
    for (std::size_t k = 0; k < classes.size(); ++k) {
        if (!is_kept(classes[k])) continue;
        labels.classes.push_back(single_cls_ ? 0 : classes[k]);
        if (spec_.task == Task::classify) continue;
        labels.boxes.push_back(boxes[k]);
        const auto polygon = index_->polygon(index, k);
        if (!polygon.empty()) labels.polygons.emplace_back(polygon.begin(), polygon.end());
        const auto points = index_->keypoints(index, k);
        labels.keypoints.insert(labels.keypoints.end(), points.begin(), points.end());
    }
    return labels;
}

void report(const DatasetSpec& spec, const DatasetOptions& options, const DatasetSummary& summary) {
    if (!options.log) return;
    const std::size_t shown = std::min(summary.messages.size(), most_messages);
    for (std::size_t i = 0; i < shown; ++i) options.log(LogLevel::warning, summary.messages[i]);
    if (summary.messages.size() > shown) {
        options.log(LogLevel::warning,
                    fmt::format("... and {} more like these: yolo data check data={} lists them all",
                                summary.messages.size() - shown, spec.file.string()));
    }
    std::string line = fmt::format("{}: {} images, {} backgrounds, {} corrupt", options.split,
                                   summary.pictures, summary.missing + summary.empty, summary.corrupt);
    if (spec.task != Task::classify) {
        line += fmt::format(" (label files: {} found, {} missing, {} empty; {} duplicate rows taken out)",
                            summary.found, summary.missing, summary.empty, summary.duplicates);
    }
    options.log(LogLevel::info, line);
}

/// Names of one class: what single_cls trains.
DatasetSpec seen_spec(DatasetSpec spec, bool single_cls) {
    if (single_cls && spec.task != Task::classify) {
        spec.names = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"item"});
    }
    return spec;
}

std::string split_places(const DatasetSpec& spec, const std::string& split) {
    std::vector<std::string> places;
    for (const auto& place : spec.splits.at(split))
        places.push_back(fmt::format("'{}'", shown(place.string())));
    return fmt::format("{}", fmt::join(places, ", "));
}

/// For each picture whether its label file is there: only where the index has no objects is the disk asked.
std::vector<bool> label_files_there(std::span<const SplitPicture> pictures, const LabelIndex& index) {
    std::vector<bool> there(pictures.size());
    std::size_t used = 0;  // pictures of the index, in the same order
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const bool in_index = used < index.size() && index.picture(used) == pictures[i].path;
        const bool has_objects = in_index && !index.classes(used).empty();
        std::error_code ignored;
        there[i] = has_objects || std::filesystem::is_regular_file(pictures[i].label_file, ignored);
        if (in_index) ++used;
    }
    return there;
}

/// Warns about labels that nobody reads; what was lost. Where no object is left, that is the caller's
/// sentence.
std::vector<LostLabels> report_unread_labels(std::span<const SplitPicture> pictures, const LabelIndex& index,
                                             const DatasetOptions& options) {
    constexpr std::size_t shown_folders = 5;
    LabelSurvey survey = survey_labels(pictures, label_files_there(pictures, index));
    const auto say = [&](LogLevel level, const auto& findings) {
        for (std::size_t i = 0; options.log && i < std::min(findings.size(), shown_folders); ++i)
            options.log(level, fmt::format("{}: {}", options.split, sentence(findings[i])));
        if (options.log && findings.size() > shown_folders)
            options.log(level, fmt::format("{}: ... and {} more folders like these", options.split,
                                           findings.size() - shown_folders));
    };
    if (index.objects() > 0) say(LogLevel::warning, survey.lost);
    say(LogLevel::warning, survey.unclaimed);
    if (survey.labelled > 0) say(LogLevel::info, survey.bare);
    return std::move(survey.lost);
}

/// Why there is not one object to be found.
std::string without_labels_text(const std::string& places, std::span<const SplitPicture> pictures,
                                const DatasetSummary& summary, const std::vector<LostLabels>& lost,
                                const DatasetOptions& options) {
    if (!options.classes.empty())
        return fmt::format("no label in {} is of one of the asked classes ({})", places,
                           fmt::join(options.classes, ", "));
    const std::string text = fmt::format("there is not one label for the pictures in {}: ", places);
    if (summary.found > 0)
        return text + fmt::format("{} label files were found, all of them empty", summary.found);
    if (!lost.empty()) return text + sentence(lost.front());
    return text +
           fmt::format("label files are looked for where the path says labels instead of images, as '{}'",
                       shown(pictures.front().label_file));
}

}  // namespace

std::shared_ptr<const Dataset> open_dataset(const DatasetSpec& spec, const DatasetOptions& options) {
    const std::vector<SplitPicture> pictures = split_pictures(spec, options);
    const LabelRules rules = {spec.task, spec.class_count(), options.single_cls, spec.kpt_shape};
    const std::shared_ptr<const LabelIndex> index =
        scan(pictures, rules, {cache_file(spec, options.split, pictures), &options});
    report(spec, options, index->summary());
    const std::string places = split_places(spec, options.split);
    if (index->size() == 0) {
        throw Error(fmt::format("none of the {} pictures in {} can be used, the first because: {}",
                                pictures.size(), places, index->summary().messages.front()));
    }
    const std::vector<LostLabels> lost = spec.task == Task::classify
                                             ? std::vector<LostLabels>()
                                             : report_unread_labels(pictures, *index, options);
    auto dataset =
        std::make_shared<const IndexedDataset>(seen_spec(spec, options.single_cls), index, options);
    if (dataset->objects() == 0) {
        const std::string text = without_labels_text(places, pictures, index->summary(), lost, options);
        if (options.training) throw Error(text);
        if (options.log) options.log(LogLevel::warning, text);
    }
    return dataset;
}

}  // namespace yolo::data
