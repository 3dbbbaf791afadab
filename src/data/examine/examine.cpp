// SPDX-License-Identifier: Apache-2.0
#include "data/examine/examine.hpp"

#include <algorithm>
#include <unordered_map>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/parallel.hpp"
#include "data/dataset/split_pictures.hpp"
#include "data/examine/judge.hpp"
#include "data/examine/picture.hpp"

namespace yolo::data {

namespace {

constexpr std::size_t pictures_at_once = 512;

/// Where pixels were seen first.
struct Place {
    std::string split, file;
};

class Examiner {
  public:
    Examiner(const DatasetSpec& spec, const ExamineOptions& options)
        : spec_(spec),
          options_(options),
          rules_{spec.task, spec.class_count(), options.single_cls, spec.kpt_shape} {}

    Examination run();

  private:
    void split(const std::string& name);
    void look_at(std::span<const SplitPicture> pictures, SplitFacts& facts);
    void count(const SplitPicture& picture, const PictureFacts& seen, SplitFacts& facts);
    void count_objects(const PictureFacts& seen, SplitFacts& facts) const;
    void count_box(const image::Box4& box, Size picture, SplitFacts& facts) const;
    void note_problems(const SplitPicture& picture, const PictureFacts& seen, const std::string& split);
    void note_content(const SplitPicture& picture, const PictureFacts& seen, const std::string& split);
    void add(Severity severity, std::string kind, const std::string& split, std::string file,
             std::string text, int line = 0) {
        examination_.findings.push_back(
            {severity, std::move(kind), split, std::move(file), line, std::move(text)});
    }
    bool cancelled() const { return options_.cancelled && options_.cancelled(); }

    const DatasetSpec& spec_;
    const ExamineOptions& options_;
    LabelRules rules_;
    Examination examination_;
    std::unordered_map<std::uint64_t, Place> contents_;
    std::vector<SplitPicture> all_;  // of the splits so far
    std::vector<bool> has_labels_;   // for each of them whether its label file is there
};

void Examiner::note_problems(const SplitPicture& picture, const PictureFacts& seen,
                             const std::string& split) {
    if (!seen.left_out.empty()) {
        add(Severity::warning, "picture left out", split, picture.path, seen.left_out);
    } else if (!seen.not_decoded.empty()) {
        add(Severity::warning, "picture cannot be decoded", split, picture.path, seen.not_decoded);
    }
    if (!seen.unreadable.empty()) {
        add(Severity::warning, "label file cannot be read", split, picture.label_file, seen.unreadable);
    }
    for (const LabelProblem& problem : seen.labels.problems) {
        add(Severity::warning, "bad label row", split, picture.label_file, problem.text, problem.line);
    }
    if (seen.labels.duplicates > 0) {
        add(Severity::warning, "duplicate label rows", split, picture.label_file,
            fmt::format("{} row(s) are there more than once: each is used once", seen.labels.duplicates));
    }
}

void Examiner::note_content(const SplitPicture& picture, const PictureFacts& seen, const std::string& split) {
    if (seen.content == 0) return;
    const auto [earlier, is_new] = contents_.try_emplace(seen.content, Place{split, picture.path});
    if (is_new) return;
    const auto& [first_split, first_file] = earlier->second;
    const bool other_split = first_split != split;
    add(other_split ? Severity::warning : Severity::note,
        other_split ? "same picture in two splits" : "same picture twice", split, picture.path,
        first_file == picture.path
            ? fmt::format("the same file is {} {}", other_split ? "in" : "already in", first_split)
            : fmt::format("its pixels equal those of '{}' ({})", first_file, first_split));
}

void Examiner::count_box(const image::Box4& box, Size picture, SplitFacts& facts) const {
    constexpr float tiny = 2, small = 8, margin = 0.01F, whole = 0.99F;
    const float scale =
        static_cast<float>(options_.imgsz) / static_cast<float>(std::max(picture.height, picture.width));
    const float shorter =
        std::min(box[2] * static_cast<float>(picture.width), box[3] * static_cast<float>(picture.height)) *
        scale;
    const image::Box4 corners = image::xywh_to_xyxy(box);
    if (shorter < tiny) ++facts.tiny;
    if (shorter < small) ++facts.small;
    if (box[2] > whole && box[3] > whole) ++facts.whole;
    if (std::min(corners[0], corners[1]) < -margin || std::max(corners[2], corners[3]) > 1 + margin) {
        ++facts.outside;
    }
}

void Examiner::count_objects(const PictureFacts& seen, SplitFacts& facts) const {
    const Labels& labels = seen.labels.labels;
    facts.objects += labels.size();
    facts.polygons += labels.polygons.size();
    facts.most_objects = std::max(facts.most_objects, labels.size());
    if (labels.classes.empty()) ++facts.backgrounds;
    std::vector<int> seen_classes;
    for (const int given : labels.classes) {
        const int class_id = options_.single_cls ? 0 : given;
        ++facts.classes[static_cast<std::size_t>(class_id)].objects;
        if (std::find(seen_classes.begin(), seen_classes.end(), class_id) == seen_classes.end()) {
            seen_classes.push_back(class_id);
            ++facts.classes[static_cast<std::size_t>(class_id)].pictures;
        }
    }
    for (const image::Box4& box : labels.boxes) count_box(box, seen.size, facts);
    for (std::size_t i = 0; i < labels.keypoints.size(); ++i) {
        if (labels.keypoints[i].visibility != 0)
            ++facts.keypoints_labelled[i % facts.keypoints_labelled.size()];
    }
}

void Examiner::count(const SplitPicture& picture, const PictureFacts& seen, SplitFacts& facts) {
    if (!seen.left_out.empty() || !seen.not_decoded.empty()) ++facts.corrupt_pictures;
    if (!seen.unreadable.empty() || !seen.labels.problems.empty()) ++facts.corrupt_labels;
    has_labels_.push_back(seen.state != Verified::State::missing);
    if (seen.state == Verified::State::missing) ++facts.missing;
    if (seen.state == Verified::State::empty) ++facts.empty;
    facts.label_rows += seen.labels.rows;
    facts.bad_rows += seen.labels.bad_rows;
    facts.duplicate_rows += seen.labels.duplicates;
    if (seen.left_out.empty()) ++facts.sizes[{seen.size.width, seen.size.height}];
    note_problems(picture, seen, facts.name);
    note_content(picture, seen, facts.name);
    if (!seen.usable()) return;
    ++facts.usable;
    count_objects(seen, facts);
}

void Examiner::look_at(std::span<const SplitPicture> pictures, SplitFacts& facts) {
    std::vector<PictureFacts> block;
    for (std::size_t first = 0; first < pictures.size() && !cancelled(); first += pictures_at_once) {
        const auto part = pictures.subspan(first, std::min(pictures_at_once, pictures.size() - first));
        block.assign(part.size(), {});
        const auto tick = [&](std::size_t done) {
            if (options_.progress) options_.progress(facts.name, first + done, pictures.size());
        };
        const auto work = [&](std::size_t i) {
            if (!cancelled()) block[i] = examine_picture(part[i], rules_);
        };
        parallel_for(part.size(), options_.threads, work, tick);
        if (cancelled()) return;
        for (std::size_t i = 0; i < part.size(); ++i) count(part[i], block[i], facts);
    }
}

void Examiner::split(const std::string& name) {
    SplitFacts facts;
    facts.name = name;
    facts.classes.resize(options_.single_cls ? 1 : static_cast<std::size_t>(spec_.class_count()));
    if (spec_.task == Task::pose)
        facts.keypoints_labelled.resize(static_cast<std::size_t>(spec_.kpt_shape[0]));
    try {
        DatasetOptions wanted;
        wanted.split = name;
        wanted.log = options_.log;
        const std::vector<SplitPicture> pictures = split_pictures(spec_, wanted);
        facts.pictures = pictures.size();
        const auto first = static_cast<std::ptrdiff_t>(has_labels_.size());
        look_at(pictures, facts);
        if (cancelled()) return;
        all_.insert(all_.end(), pictures.begin(), pictures.end());
        judge_lost_labels(survey_labels(pictures, {has_labels_.begin() + first, has_labels_.end()}), facts,
                          examination_);
    } catch (const Error& error) {
        has_labels_.resize(all_.size());
        const bool needed = name == "train" || name == "val";
        add(needed ? Severity::error : Severity::warning, "split cannot be used", name, "", error.what());
    }
    examination_.splits.push_back(std::move(facts));
}

Examination Examiner::run() {
    for (const char* name : {"train", "val", "test", "minival"}) {
        const bool needed = std::string_view(name) == "train" || std::string_view(name) == "val";
        if (cancelled() || (!needed && !spec_.splits.contains(name))) continue;
        // Where one folder stands in for several splits, it is looked at once.
        const bool stand_in = spec_.task == Task::classify && !needed && !spec_.split_by_chance &&
                              spec_.splits.contains("val") && spec_.splits.at(name) == spec_.splits.at("val");
        if (!stand_in && !(spec_.split_by_chance && !needed)) split(name);
    }
    if (cancelled()) return std::move(examination_);
    judge_unclaimed_labels(survey_labels(all_, has_labels_, SurveyDepth::trees), examination_);
    judge(spec_, options_.imgsz, examination_);
    return std::move(examination_);
}

}  // namespace

const char* to_string(Severity severity) {
    return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "note";
}

std::size_t Examination::count(Severity severity) const {
    return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(),
                                                  [&](const Finding& f) { return f.severity == severity; }));
}

Examination examine(const DatasetSpec& spec, const ExamineOptions& options) {
    return Examiner(spec, options).run();
}

}  // namespace yolo::data
