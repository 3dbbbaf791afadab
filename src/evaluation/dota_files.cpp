// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/core.h>

#include "core/file_names.hpp"
#include "core/files.hpp"
#include "evaluation/files.hpp"
#include "image/overlap.hpp"

namespace yolo::evaluation {

namespace {

namespace fs = std::filesystem;

constexpr char tiles_folder[] = "predictions_txt", merged_folder[] = "predictions_merged_txt";
constexpr float merged_overlap = 0.3f;  // above it a box of another tile shows the same object

/// A tile's name NAME__SIZE__X___Y: what it was cut from, and where.
struct Tile {
    std::string picture;
    float x = 0, y = 0;
};

std::optional<float> number(const std::string& text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    return std::stof(text);
}

Tile tile_of(const std::string& stem) {
    const std::size_t end = stem.rfind("___");
    const std::size_t middle = end == std::string::npos ? end : stem.rfind("__", end - 1);
    const std::size_t first = stem.find("__");
    if (middle == std::string::npos || first >= middle) return {stem, 0, 0};
    const auto x = number(stem.substr(middle + 2, end - middle - 2)), y = number(stem.substr(end + 3));
    if (!x || !y) return {stem, 0, 0};
    return {stem.substr(0, first), *x, *y};
}

std::string row(const std::string& picture, const RotatedBox& box, int score_decimals) {
    std::string text = fmt::format("{} {:.{}f}", picture, box.confidence, score_decimals);
    for (const Point& corner : box.corners()) text += fmt::format(" {:.3f} {:.3f}", corner.x, corner.y);
    return text + "\n";
}

image::Rotated5 shape_of(const RotatedBox& box) {
    return {box.cx, box.cy, box.width, box.height, box.angle};
}

/// Best first; a box goes when any better one of its class overlaps it, whether that one stays or not.
std::vector<RotatedBox> merged(std::vector<RotatedBox> boxes) {
    std::stable_sort(boxes.begin(), boxes.end(),
                     [](const RotatedBox& a, const RotatedBox& b) { return a.confidence > b.confidence; });
    std::vector<RotatedBox> kept;
    for (std::size_t j = 0; j < boxes.size(); ++j) {
        const bool hidden = std::any_of(
            boxes.begin(), boxes.begin() + static_cast<std::ptrdiff_t>(j), [&](const RotatedBox& better) {
                return better.class_id == boxes[j].class_id &&
                       image::prob_iou(shape_of(better), shape_of(boxes[j])) > merged_overlap;
            });
        if (!hidden) kept.push_back(boxes[j]);
    }
    return kept;
}

class DotaFiles : public ValFile {
  public:
    DotaFiles(RunFiles& files, const data::Dataset& dataset, const ModelInfo& info)
        : files_(files), dataset_(dataset), info_(info) {
        files.refuse_foreign_folder(tiles_folder);
        files.refuse_foreign_folder(merged_folder);
    }

    void add(const SeenPicture& seen, const Result& original) override {
        const std::size_t index = seen.batch.pictures.at(static_cast<std::size_t>(seen.index)).index;
        const std::lock_guard lock(mutex_);
        pictures_[seen.order] = {dataset_.picture(index).stem().string(), original.obb};
    }

    void finish() override {
        Texts tiles = empty_texts(), whole = empty_texts();
        std::map<std::string, std::vector<RotatedBox>> joined;
        for (const auto& [order, picture] : pictures_) {
            const Tile tile = tile_of(picture.stem);
            for (RotatedBox box : picture.boxes) {
                tiles.at(static_cast<std::size_t>(box.class_id)) += row(picture.stem, box, 5);
                box.cx += tile.x;
                box.cy += tile.y;
                joined[tile.picture].push_back(box);
            }
        }
        for (auto& [name, boxes] : joined) {
            for (const RotatedBox& box : merged(std::move(boxes)))
                whole.at(static_cast<std::size_t>(box.class_id)) += row(name, box, 3);
        }
        write(tiles_folder, tiles);
        write(merged_folder, whole);
    }

    std::string summary() const override {
        return fmt::format("DOTA's files saved to {}", (files_.folder() / merged_folder).string());
    }

  private:
    struct Picture {
        std::string stem;
        std::vector<RotatedBox> boxes;
    };
    using Texts = std::vector<std::string>;  ///< by class

    Texts empty_texts() const { return Texts(static_cast<std::size_t>(info_.class_count())); }

    void write(const std::string& folder, const Texts& texts) const {
        files_.remove_own([start = folder + "/"](std::string_view name) { return name.starts_with(start); });
        std::vector<std::string> names = *info_.names;
        for (std::string& name : names) std::replace(name.begin(), name.end(), ' ', '-');
        names = file_names(names);
        for (std::size_t id = 0; id < texts.size(); ++id) {
            if (!texts[id].empty())
                write_file(files_.claim(fmt::format("{}/Task1_{}.txt", folder, names.at(id))), texts[id]);
        }
    }

    RunFiles& files_;
    const data::Dataset& dataset_;
    const ModelInfo info_;
    std::mutex mutex_;
    std::map<std::size_t, Picture> pictures_;
};

}  // namespace

std::unique_ptr<ValFile> val_dota_files(RunFiles& files, const data::Dataset& dataset,
                                        const ModelInfo& info) {
    return std::make_unique<DotaFiles>(files, dataset, info);
}

}  // namespace yolo::evaluation
