// SPDX-License-Identifier: Apache-2.0
#include "data/examine/judge.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <unordered_set>

#include <fmt/core.h>

namespace yolo::data {

namespace {

namespace fs = std::filesystem;

/// Classes are called unbalanced from this ratio of objects on.
constexpr std::size_t unbalanced = 50;

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
                "labels "
                "instead of images");
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

std::vector<Finding> labels_without_picture(std::span<const SplitPicture> pictures) {
    std::set<fs::path> folders;
    std::unordered_set<std::string> known;
    for (const SplitPicture& picture : pictures) {
        if (picture.label_file.empty()) continue;
        const fs::path folder = fs::path(picture.label_file).parent_path();
        // Labels beside their pictures share the folder with lists and notes.
        if (folder != fs::path(picture.path).parent_path()) folders.insert(folder);
        known.insert(picture.label_file);
    }
    std::vector<Finding> findings;
    for (const fs::path& folder : folders) {
        std::error_code error;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
            const fs::path& path = entry.path();
            const bool label = path.extension() == ".txt" && path.filename() != "classes.txt";
            if (!label || known.contains(path.string())) continue;
            findings.push_back({Severity::note, "labels without picture", "", path.string(), 0,
                                "no split has a picture for this label file"});
        }
    }
    std::sort(findings.begin(), findings.end(),
              [](const Finding& a, const Finding& b) { return a.file < b.file; });
    return findings;
}

void judge(const DatasetSpec& spec, int imgsz, Examination& examination) {
    Judge(spec, imgsz, examination).run();
}

}  // namespace yolo::data
