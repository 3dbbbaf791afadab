// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "core/files.hpp"
#include "evaluation/coco_form.hpp"
#include "evaluation/files.hpp"
#include "metrics/run_length.hpp"

namespace yolo::evaluation {

namespace {

namespace fs = std::filesystem;

Json box_row(const Box& box) {
    return {coco_place(box.x1), coco_place(box.y1), coco_place(static_cast<double>(box.x2) - box.x1),
            coco_place(static_cast<double>(box.y2) - box.y1)};
}

Json keypoint_row(const std::vector<Keypoint>& keypoints) {
    Json row = Json::array();
    for (const Keypoint& point : keypoints) {
        for (const float value : {point.x, point.y, point.confidence}) row.push_back(value);
    }
    return row;
}

Json rotated_row(const RotatedBox& box) {
    return {coco_place(box.cx), coco_place(box.cy), coco_place(box.width), coco_place(box.height),
            coco_place(box.angle)};
}

Json corner_row(const RotatedBox& box) {
    Json row = Json::array();
    for (const Point& corner : box.corners()) {
        row.push_back(coco_place(corner.x));
        row.push_back(coco_place(corner.y));
    }
    return row;
}

class JsonFile : public ValFile {
  public:
    JsonFile(RunFiles& files, const data::Dataset& dataset, std::vector<int> category_ids)
        : path_(files.claim("predictions.json")), dataset_(dataset), category_ids_(std::move(category_ids)) {}

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
        write_file(path_, text);
    }

    std::string summary() const override { return fmt::format("Predictions saved to {}", path_.string()); }

  private:
    int category(int class_id) const { return category_ids_.at(static_cast<std::size_t>(class_id)); }

    /// One picture's objects, separated by commas.
    std::string rows(const Result& original, const fs::path& file) const {
        const Json id = coco_image_id(file.stem().string());
        const std::string name = file.filename().string();
        std::string text;
        // Names of files need not be UTF-8, JSON must be.
        const auto append = [&](const Json& row) { text += (text.empty() ? "" : ",") + json_text(row); };
        for (const RotatedBox& box : original.obb) {
            append({{"image_id", id},
                    {"file_name", name},
                    {"category_id", category(box.class_id)},
                    {"score", coco_score(box.confidence)},
                    {"rbox", rotated_row(box)},
                    {"poly", corner_row(box)}});
        }
        for (std::size_t i = 0; i < original.boxes.size(); ++i) {
            const Box& box = original.boxes[i];
            Json row = {{"image_id", id},
                        {"file_name", name},
                        {"category_id", category(box.class_id)},
                        {"bbox", box_row(box)},
                        {"score", coco_score(box.confidence)}};
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

std::unique_ptr<ValFile> val_json_file(RunFiles& files, const data::Dataset& dataset,
                                       const std::vector<int>& category_ids) {
    return std::make_unique<JsonFile>(files, dataset, category_ids);
}

}  // namespace yolo::evaluation
