// SPDX-License-Identifier: Apache-2.0
#include "data/examine/judge.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "data/dataset/foreign_path.hpp"

namespace yolo::data {

namespace {

/// Classes are called unbalanced from this ratio of objects on.
constexpr std::size_t unbalanced = 50;

/// More than a tenth: the set is not what its owner thinks.
bool is_many(std::size_t count, std::size_t all) {
    return count * 10 > all;
}

class Judge {
  public:
    Judge(const DatasetSpec& spec, int imgsz, Examination& examination)
        : spec_(spec), imgsz_(imgsz), examination_(examination) {}

    void run() {
        for (const SplitFacts& facts : examination_.splits) {
            if (facts.pictures == 0) continue;
            usable(facts);
            task_fits(facts);
            boxes(facts);
            if (facts.name == "train") balance(facts);
            absent_classes(facts);
        }
    }

  private:
    void add(Severity severity, const char* kind, const SplitFacts& facts, std::string text) {
        examination_.findings.push_back({severity, kind, facts.name, "", 0, std::move(text)});
    }

    void usable(const SplitFacts& facts) {
        const bool needed = facts.name == "train" || facts.name == "val";
        if (facts.usable == 0) {
            add(needed ? Severity::error : Severity::warning, "nothing can be used", facts,
                fmt::format("none of its {} pictures can be used", facts.pictures));
        } else if (facts.objects == 0) {
            add(facts.name == "train" ? Severity::error : Severity::warning, "no objects", facts,
                "there is not one label for its pictures: label files are looked for where the path says "
                "labels instead of images");
        }
    }

    void task_fits(const SplitFacts& facts) {
        const bool needs = spec_.task == Task::segment || spec_.task == Task::obb;
        if (needs && facts.polygons != facts.objects) {
            add(Severity::error, "boxes without polygons", facts,
                fmt::format("{} of {} objects are boxes, but {} needs {} for each",
                            facts.objects - facts.polygons, facts.objects, to_string(spec_.task),
                            spec_.task == Task::obb ? "corners" : "a polygon"));
        }
        if (spec_.task == Task::detect && facts.polygons > 0) {
            add(Severity::note, "polygons in a detect set", facts,
                fmt::format("{} of {} objects are polygons: their extents are the boxes (task=segment or obb "
                            "would use them)",
                            facts.polygons, facts.objects));
        }
        for (std::size_t i = 0; i < facts.keypoints_labelled.size(); ++i) {
            if (facts.objects == 0 || facts.keypoints_labelled[i] > 0) continue;
            add(Severity::warning, "keypoint never labelled", facts, fmt::format("keypoint {}", i));
        }
    }

    void boxes(const SplitFacts& facts) {
        const auto share = [&](std::size_t count) {
            return fmt::format("{} of {} boxes", count, facts.objects);
        };
        if (facts.tiny > 0) {
            add(Severity::warning, "tiny boxes", facts,
                fmt::format("{} have a side under 2 pixels at imgsz={}", share(facts.tiny), imgsz_));
        }
        if (facts.small > facts.objects / 4) {
            add(Severity::note, "small boxes", facts,
                fmt::format("{} have a side under 8 pixels at imgsz={}: a larger imgsz may help",
                            share(facts.small), imgsz_));
        }
        if (facts.outside > 0) {
            add(Severity::note, "boxes reach out", facts,
                fmt::format("{} reach out of their picture: they are clipped", share(facts.outside)));
        }
        if (facts.whole > 0) {
            add(Severity::note, "boxes fill the picture", facts, share(facts.whole));
        }
    }

    void balance(const SplitFacts& facts) {
        const auto fewer = [](const ClassCount& a, const ClassCount& b) { return a.objects < b.objects; };
        std::vector<ClassCount> present;
        for (const ClassCount& count : facts.classes) {
            if (count.objects > 0) present.push_back(count);
        }
        if (present.empty()) return;
        const auto [least, most] = std::minmax_element(present.begin(), present.end(), fewer);
        if (most->objects < unbalanced * least->objects) return;
        add(Severity::note, "unbalanced classes", facts,
            fmt::format(
                "the most frequent class has {} objects, the rarest {}: cls_pw weighs rare classes more",
                most->objects, least->objects));
    }

    void absent_classes(const SplitFacts& facts) {
        if (facts.objects == 0) return;
        const auto& names = *spec_.names;
        std::string absent;
        std::size_t count = 0;
        for (std::size_t i = 0; i < facts.classes.size(); ++i) {
            if (facts.classes[i].objects > 0) continue;
            constexpr std::size_t shown = 10;
            if (++count <= shown) absent += (count > 1 ? ", " : "") + names[i];
            if (count == shown + 1) absent += ", ...";
        }
        if (count == 0) return;
        add(facts.name == "train" ? Severity::warning : Severity::note, "classes without objects", facts,
            fmt::format("{} of {}: {}", count, facts.classes.size(), absent));
    }

    const DatasetSpec& spec_;
    int imgsz_;
    Examination& examination_;
};

}  // namespace

void judge_lost_labels(const LabelSurvey& survey, const SplitFacts& facts, Examination& examination) {
    const auto add = [&](Severity severity, const char* kind, std::string text) {
        examination.findings.push_back({severity, kind, facts.name, "", 0, std::move(text)});
    };
    const bool many = is_many(survey.lost_pictures(), facts.pictures);
    for (const LostLabels& lost : survey.lost)
        add(many ? Severity::error : Severity::warning, "labels are not read", sentence(lost));
    std::size_t explained = survey.lost_pictures();
    for (const BareFolder& bare : survey.bare) {
        explained += bare.pictures;
        if (survey.labelled > 0) add(Severity::note, "folder without labels", sentence(bare));
    }
    if (survey.labelled > 0 && facts.missing > explained)
        add(Severity::note, "pictures without label file",
            fmt::format("{} of {} pictures: they are backgrounds", facts.missing - explained,
                        facts.pictures));
}

void judge_unclaimed_labels(const LabelSurvey& survey, Examination& examination) {
    constexpr const char* kind = "labels without picture";
    const std::size_t unclaimed = survey.unclaimed_files();
    if (is_many(unclaimed, survey.labelled + unclaimed)) {
        const UnclaimedLabels& first = survey.unclaimed.front();
        examination.findings.push_back(
            {Severity::error, kind, "", "", 0,
             fmt::format(
                 "{} of {} label files belong to no picture: the first is '{}', and there is no picture "
                 "of that name in '{}'",
                 unclaimed, survey.labelled + unclaimed, shown(first.files.front()), shown(first.pictures))});
    }
    for (const UnclaimedLabels& labels : survey.unclaimed) {
        for (const std::string& file : labels.files)
            examination.findings.push_back(
                {Severity::note, kind, "", file, 0,
                 fmt::format("there is no picture of that name in '{}'", shown(labels.pictures))});
    }
    const auto& findings = examination.findings;
    if (std::any_of(findings.begin(), findings.end(),
                    [](const Finding& f) { return f.kind == "split cannot be used"; }))
        return;  // of course it has none then
    for (const std::string& file : survey.unlisted)
        examination.findings.push_back(
            {Severity::note, "labels of no split", "", file, 0, "its picture is there, but in no split"});
}

void judge(const DatasetSpec& spec, int imgsz, Examination& examination) {
    Judge(spec, imgsz, examination).run();
}

}  // namespace yolo::data
