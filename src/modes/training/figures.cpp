// SPDX-License-Identifier: Apache-2.0
#include "modes/training/figures.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <opencv2/imgproc.hpp>

#include "modes/validation/grid_pictures.hpp"
#include "plots/label_statistics.hpp"
#include "plots/picture_grid.hpp"

namespace yolo::modes {

namespace {

/// The mask of one object at the size of the network input; an overlapping map holds 1 + its place.
Mask mask_of(const data::Batch& batch, bool overlapping, int picture, std::size_t object, int place) {
    const cv::Size small(static_cast<int>(batch.masks.dim(2)), static_cast<int>(batch.masks.dim(1)));
    const int type = batch.masks.dtype() == DType::i32 ? CV_32S : CV_8U;
    const std::size_t plane = small.area() * size_of(batch.masks.dtype());
    const std::size_t row = overlapping ? static_cast<std::size_t>(picture) : object;
    const cv::Mat map(small, type, const_cast<std::byte*>(batch.masks.raw() + row * plane));
    const cv::Mat own = overlapping ? cv::Mat(map == place + 1) : cv::Mat(map > 0);
    cv::Mat large;
    cv::resize(own, large, {batch.width(), batch.height()}, 0, 0, cv::INTER_NEAREST);
    Mask mask{batch.height(), batch.width(), {}};
    mask.data.resize(large.total());
    for (std::size_t i = 0; i < mask.data.size(); ++i) mask.data[i] = large.data[i] != 0 ? 1 : 0;
    return mask;
}

std::vector<Keypoint> points_of(const data::Batch& batch, std::size_t object, std::size_t each) {
    std::vector<Keypoint> points;
    for (std::size_t k = 0; k < each; ++k) {
        const float* p = &batch.keypoints[(object * each + k) * 3];
        points.push_back({p[0] * static_cast<float>(batch.width()), p[1] * static_cast<float>(batch.height()),
                          p[2] > 0 ? 1.0F : 0.0F});
    }
    return points;
}

/// The labels of one picture as something that can be drawn.
Result labels_of(const data::Batch& batch, int picture, const ModelInfo& info) {
    Result result;
    result.task = info.task;
    result.names = info.names;
    result.orig_shape = result.input_shape = {batch.height(), batch.width()};
    const auto width = static_cast<float>(batch.width()), height = static_cast<float>(batch.height());
    const std::size_t each = batch.keypoints.size() / 3 / std::max<std::size_t>(batch.objects(), 1);
    for (std::size_t i = 0; i < batch.objects(); ++i) {
        if (batch.picture_of[i] != picture) continue;
        if (info.task == Task::obb) {
            const float* b = &batch.boxes[i * 5];
            result.obb.push_back(
                {b[0] * width, b[1] * height, b[2] * width, b[3] * height, b[4], 1, batch.classes[i], -1});
        } else {
            const float* b = &batch.boxes[i * 4];
            result.boxes.push_back({(b[0] - b[2] / 2) * width, (b[1] - b[3] / 2) * height,
                                    (b[0] + b[2] / 2) * width, (b[1] + b[3] / 2) * height, 1,
                                    batch.classes[i], -1});
        }
        if (each > 0) result.keypoints.push_back(points_of(batch, i, each));
    }
    return result;
}

}  // namespace

void draw_labels(const data::Dataset& dataset, const ModelInfo& info, const std::filesystem::path& folder) {
    std::vector<int> classes;
    std::vector<image::Box4> boxes;
    for (std::size_t i = 0; i < dataset.size() && boxes.size() < plots::most_labels; ++i) {
        const data::Labels labels = dataset.labels(i);
        classes.insert(classes.end(), labels.classes.begin(), labels.classes.end());
        boxes.insert(boxes.end(), labels.boxes.begin(), labels.boxes.end());
    }
    plots::draw_label_statistics(classes, boxes, *info.names, folder);
}

void draw_train_batch(const data::Batch& batch, const data::Dataset& dataset, const ModelInfo& info,
                      bool overlapping, const std::filesystem::path& file) {
    plots::PictureGrid grid(batch.size(), {batch.width(), batch.height()});
    for (int i = 0; i < grid.places(); ++i) {
        const auto place = static_cast<std::size_t>(i);
        plots::GridPicture picture;
        picture.picture = network_picture(batch, i);
        picture.name = dataset.picture(batch.pictures[place].index).filename().string();
        if (info.task == Task::classify) {
            picture.text_class = batch.classes[place];
            picture.texts = {fmt::format("{}", batch.classes[place])};
        } else {
            picture.found = labels_of(batch, i, info);
            for (const Box& box : picture.found.boxes)
                picture.texts.push_back(fmt::format("{}", box.class_id));
            for (const RotatedBox& box : picture.found.obb)
                picture.texts.push_back(fmt::format("{}", box.class_id));
        }
        if (!batch.masks.empty()) {
            const auto first = std::ranges::lower_bound(batch.picture_of, i) - batch.picture_of.begin();
            picture.mask = [&batch, overlapping, i, first](std::size_t object) {
                const auto begin = static_cast<std::size_t>(first);
                return mask_of(batch, overlapping, i, begin + object, static_cast<int>(object));
            };
        }
        grid.draw(i, picture);
    }
    grid.write(file);
}

}  // namespace yolo::modes
