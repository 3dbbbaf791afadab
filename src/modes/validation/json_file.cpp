// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

#include "core/files.hpp"
#include "metrics/run_length.hpp"
#include "modes/validation/files.hpp"

namespace yolo::modes {

namespace {

namespace fs = std::filesystem;

double rounded(double value, double scale) {
    return std::nearbyint(value * scale) / scale;
}
double place(double value) {
    return rounded(value, 1e3);
}
double score(double value) {
    return rounded(value, 1e5);
}

/// The number in a file's name, or the name itself.
Json image_id(const std::string& stem) {
    constexpr std::size_t longest_number = 18;
    const bool numeric = !stem.empty() && stem.size() <= longest_number &&
                         stem.find_first_not_of("0123456789") == std::string::npos;
    return numeric ? Json(std::stoll(stem)) : Json(stem);
}

Json box_row(const Box& box) {
    return {place(box.x1), place(box.y1), place(static_cast<double>(box.x2) - box.x1),
            place(static_cast<double>(box.y2) - box.y1)};
}

Json keypoint_row(const std::vector<Keypoint>& keypoints) {
    Json row = Json::array();
    for (const Keypoint& point : keypoints) {
        row.push_back(place(point.x));
        row.push_back(place(point.y));
        row.push_back(score(point.confidence));
    }
    return row;
}

Json rotated_row(const RotatedBox& box) {
    return {place(box.cx), place(box.cy), place(box.width), place(box.height), place(box.angle)};
}

Json corner_row(const RotatedBox& box) {
    Json row = Json::array();
    for (const Point& corner : box.corners()) {
        row.push_back(place(corner.x));
        row.push_back(place(corner.y));
    }
    return row;
}

class JsonFile : public ValFile {
  public:
    JsonFile(const fs::path& folder, const data::Dataset& dataset, std::vector<int> category_ids)
        : path_(folder / "predictions.json"), dataset_(dataset), category_ids_(std::move(category_ids)) {}

    void add(const SeenPicture& seen, const Result& original) override {
        const std::size_t index = seen.batch.pictures.at(static_cast<std::size_t>(seen.index)).index;
        std::string text = rows(original, dataset_.picture(index));
        const std::lock_guard lock(mutex_);
        texts_[seen.order] = std::move(text);
    }

    void finish() override {
        std::string text = "[";
        for (const auto& [order, rows] : texts_) {
            if (rows.empty()) continue;
            if (text.size() > 1) text += ',';
            text += rows;
        }
        text += ']';
        make_directories(path_.parent_path());
        write_file(path_, text);
    }

    std::string summary() const override { return fmt::format("Predictions saved to {}", path_.string()); }

  private:
    int category(int class_id) const { return category_ids_.at(static_cast<std::size_t>(class_id)); }

    /// One picture's objects, separated by commas.
    std::string rows(const Result& original, const fs::path& file) const {
        const Json id = image_id(file.stem().string());
        const std::string name = file.filename().string();
        std::string text;
        const auto append = [&](const Json& row) { text += (text.empty() ? "" : ",") + row.dump(); };
        for (const RotatedBox& box : original.obb) {
            append({{"image_id", id},
                    {"file_name", name},
                    {"category_id", category(box.class_id)},
                    {"score", score(box.confidence)},
                    {"rbox", rotated_row(box)},
                    {"poly", corner_row(box)}});
        }
        for (std::size_t i = 0; i < original.boxes.size(); ++i) {
            const Box& box = original.boxes[i];
            Json row = {{"image_id", id},
                        {"file_name", name},
                        {"category_id", category(box.class_id)},
                        {"bbox", box_row(box)},
                        {"score", score(box.confidence)}};
            if (i < original.masks.size()) {
                const metrics::RunLength runs = metrics::encode_mask(original.masks[i]);
                row["segmentation"] = {{"size", {runs.height, runs.width}},
                                       {"counts", metrics::compress(runs)}};
            }
            if (i < original.keypoints.size()) row["keypoints"] = keypoint_row(original.keypoints[i]);
            append(row);
        }
        return text;
    }

    const fs::path path_;
    const data::Dataset& dataset_;
    const std::vector<int> category_ids_;
    std::mutex mutex_;
    std::map<std::size_t, std::string> texts_;
};

}  // namespace

std::unique_ptr<ValFile> val_json_file(const fs::path& folder, const data::Dataset& dataset,
                                       const std::vector<int>& category_ids) {
    return std::make_unique<JsonFile>(folder, dataset, category_ids);
}

std::vector<int> category_ids(int class_count, bool coco) {
    // COCO numbers its 80 classes up to 90 and leaves these out.
    constexpr std::array left_out = {12, 26, 29, 30, 45, 66, 68, 69, 71, 83};
    std::vector<int> ids;
    for (int id = 1; static_cast<int>(ids.size()) < class_count; ++id) {
        const bool skip = coco && std::find(left_out.begin(), left_out.end(), id) != left_out.end();
        if (!skip) ids.push_back(id);
    }
    return ids;
}

namespace {

bool any_path(const data::DatasetSpec& spec, const std::string& split, auto holds) {
    const auto found = spec.splits.find(split);
    if (found == spec.splits.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(),
                       [&](const fs::path& path) { return holds(path.string()); });
}

}  // namespace

bool is_coco_split(const data::DatasetSpec& spec, const std::string& split) {
    return any_path(spec, split, [](const std::string& path) {
        return path.find("coco") != std::string::npos &&
               (path.ends_with("/val2017.txt") || path.ends_with("/test-dev2017.txt"));
    });
}

bool is_dota_split(const data::DatasetSpec& spec, const std::string& split) {
    return any_path(spec, split,
                    [](const std::string& path) { return path.find("DOTA") != std::string::npos; });
}

}  // namespace yolo::modes
