// SPDX-License-Identifier: Apache-2.0
#include "tasks/result_crop.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

#include "core/file_names.hpp"
#include "core/files.hpp"
#include "core/rim.hpp"
#include "image/codec.hpp"
#include "tasks/result_picture.hpp"

namespace yolo {

namespace {

// A cut-out shows a little of what is around.
constexpr float margin_factor = 1.02f;
constexpr float margin_pixels = 10;

float with_margin(float side) {
    return side * margin_factor + margin_pixels;
}

/// The whole pixel towards zero, inside 0 .. size.
int limited(float coordinate, int size) {
    return static_cast<int>(std::clamp(coordinate, 0.0f, static_cast<float>(size)));
}

cv::Mat cut_out(const cv::Mat& picture, const Box& box) {
    const float x = (box.x1 + box.x2) / 2, y = (box.y1 + box.y2) / 2;
    const float half_width = with_margin(box.x2 - box.x1) / 2, half_height = with_margin(box.y2 - box.y1) / 2;
    const int left = limited(x - half_width, picture.cols), right = limited(x + half_width, picture.cols);
    const int top = limited(y - half_height, picture.rows), bottom = limited(y + half_height, picture.rows);
    return picture(cv::Range(top, std::max(top, bottom)), cv::Range(left, std::max(left, right)));
}

/// Turned so that the side `width` lies horizontally; what is outside the picture is black.
cv::Mat cut_out(const cv::Mat& picture, const RotatedBox& box) {
    const int most = 2 * (picture.cols + picture.rows);
    const cv::Size size(limited(with_margin(box.width), most), limited(with_margin(box.height), most));
    const double cosine = std::cos(box.angle), sine = std::sin(box.angle);
    // Between centres of pixels, which lie at .5: (column, row) of the cut-out to those of the picture.
    const double u = (size.width - 1) / 2.0, v = (size.height - 1) / 2.0;
    const cv::Matx23d to_picture(cosine, -sine, box.cx - 0.5 - cosine * u + sine * v,  //
                                 sine, cosine, box.cy - 0.5 - sine * u - cosine * v);
    cv::Mat cut;
    cv::warpAffine(picture, cut, to_picture, size, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP);
    return cut;
}

template <class AnyBox>
void save_all(const Result& result, const std::vector<AnyBox>& boxes, const tasks::CropPlace& place) {
    const cv::Mat picture = tasks::picture_of(result);
    for (const AnyBox& box : boxes) (void)result.name(box.class_id);  // throws where there is none
    const std::vector<std::string> folders = file_names(*result.names);
    for (const AnyBox& box : boxes) {
        const cv::Mat cut = cut_out(picture, box);
        if (cut.empty()) continue;
        image::write_image(place(folders.at(static_cast<std::size_t>(box.class_id))), cut,
                           {.full_chroma = true});
    }
}

}  // namespace

std::vector<cv::Mat> tasks::cut_outs(const Result& result) {
    const cv::Mat picture = picture_of(result);
    std::vector<cv::Mat> cuts;
    for (const Box& box : result.boxes) cuts.push_back(cut_out(picture, box));
    for (const RotatedBox& box : result.obb) cuts.push_back(cut_out(picture, box));
    return cuts;
}

void tasks::save_crops(const Result& result, const CropPlace& place) {
    if (result.task == Task::classify)
        throw UsageError("save_crop does nothing for classification: it finds no boxes to cut out");
    if (!result.boxes.empty()) save_all(result, result.boxes, place);
    if (!result.obb.empty()) save_all(result, result.obb, place);
}

void Result::save_crop(const std::string& directory, const std::string& stem) const try {
    tasks::save_crops(*this, [&](const std::string& class_folder) {
        const std::filesystem::path folder = expand_home(directory) / class_folder;
        make_directories(folder);
        return next_free_path(folder / (stem + ".jpg"));
    });
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
