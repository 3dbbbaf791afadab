// SPDX-License-Identifier: Apache-2.0
#include "plots/picture_grid.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "image/codec.hpp"
#include "image/draw.hpp"

namespace yolo::plots {

namespace {

constexpr std::size_t most_pictures = 16;
constexpr double longest_side = 1920;  // pixels of the grid
constexpr double least_cell = 160;     // smaller pictures are enlarged: a name must fit
constexpr double picture_share = 0.4;  // of a pixel under a mask
constexpr double label_share = 0.6;  // of the usual size of letters: many labels must fit on a small picture
constexpr int name_margin = 5;

const image::Color gray{64, 64, 64}, white{255, 255, 255};

/// How the cells of a grid are laid out.
struct Layout {
    int columns = 1;  ///< and rows
    cv::Size cell;
    double scale = 1;  ///< cell pixels per picture pixel
    int font_pixels = 18;
    int line_width = 2;
};

Layout lay_out(std::size_t count, cv::Size picture) {
    Layout layout;
    layout.columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count))));
    const double side = std::max(picture.height, picture.width);
    layout.scale = std::min(longest_side / (side * layout.columns), std::max(1.0, least_cell / side));
    const auto scaled = [&](int length) { return static_cast<int>(std::ceil(length * layout.scale)); };
    layout.cell = {scaled(picture.width), scaled(picture.height)};
    const int sides = layout.cell.width + layout.cell.height;
    const double em = std::max(sides * layout.columns * 0.01, 18.0);
    layout.font_pixels = static_cast<int>(std::max(em * label_share, 14.0));
    layout.line_width = static_cast<int>(std::nearbyint(em / 10));
    return layout;
}

Box scaled(Box box, float scale) {
    for (float* edge : {&box.x1, &box.y1, &box.x2, &box.y2}) *edge *= scale;
    return box;
}

RotatedBox scaled(RotatedBox box, float scale) {
    for (float* length : {&box.cx, &box.cy, &box.width, &box.height}) *length *= scale;
    return box;
}

void tint(cv::Mat& cell, const Mask& mask, const image::Color& color) {
    if (mask.data.empty()) return;
    const cv::Mat own(mask.height, mask.width, CV_8U, const_cast<std::uint8_t*>(mask.data.data()));
    cv::Mat fitting;
    cv::resize(own, fitting, cell.size(), 0, 0, cv::INTER_NEAREST);
    for (int y = 0; y < cell.rows; ++y) {
        const std::uint8_t* set = fitting.ptr(y);
        auto* pixel = cell.ptr<cv::Vec3b>(y);
        for (int x = 0; x < cell.cols; ++x) {
            if (set[x] == 0) continue;
            for (int c = 0; c < 3; ++c) {
                pixel[x][c] = cv::saturate_cast<std::uint8_t>(pixel[x][c] * picture_share +
                                                              color[c] * (1 - picture_share));
            }
        }
    }
}

template <class AnyBox>
void draw_boxes(cv::Mat& cell, const std::vector<AnyBox>& boxes, const GridPicture& item,
                const Layout& layout, const image::Lettering& lettering) {
    const Size size{cell.rows, cell.cols};
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const AnyBox box = scaled(boxes[i], static_cast<float>(layout.scale));
        const image::Color color = image::class_color(box.class_id);
        image::draw_box(cell, box, color, layout.line_width);
        if (i < item.texts.size() && !item.texts[i].empty()) {
            image::draw_label(cell, image::label_anchor(box, size), item.texts[i], color, lettering);
        }
    }
}

int class_of(const Result& found, std::size_t i) {
    return i < found.boxes.size() ? found.boxes[i].class_id : static_cast<int>(i);
}

void draw_found(cv::Mat& cell, const GridPicture& item, const Layout& layout,
                const image::Lettering& lettering) {
    const Result& found = item.found;
    draw_boxes(cell, found.boxes, item, layout, lettering);
    draw_boxes(cell, found.obb, item, layout, lettering);
    for (std::vector<Keypoint> points : found.keypoints) {
        for (Keypoint& point : points) {
            point.x *= static_cast<float>(layout.scale);
            point.y *= static_cast<float>(layout.scale);
        }
        image::draw_keypoints(cell, points, found.keypoint_values == 3, layout.line_width);
    }
    for (std::size_t i = 0; i < found.masks.size(); ++i) {
        tint(cell, found.masks[i], image::class_color(class_of(found, i)));
    }
}

void draw_cell(cv::Mat& cell, const GridPicture& item, const Layout& layout) {
    image::Lettering lettering = image::lettering({cell.rows, cell.cols}, layout.line_width, true);
    lettering.font_pixels = layout.font_pixels;
    cv::resize(item.picture, cell, cell.size(), 0, 0, layout.scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    if (!item.name.empty()) image::draw_label(cell, {name_margin, name_margin}, item.name, gray, lettering);
    draw_found(cell, item, layout, lettering);
    const bool is_classified = item.found.boxes.empty() && item.found.obb.empty() && !item.texts.empty();
    if (is_classified) {
        image::draw_label(cell, {name_margin, cell.rows - name_margin}, item.texts[0],
                          image::class_color(item.text_class), lettering);
    }
    cv::rectangle(cell, cv::Rect({}, cell.size()), white, 2);
}

}  // namespace

void draw_picture_grid(std::span<const GridPicture> pictures, const std::filesystem::path& file) {
    pictures = pictures.first(std::min(pictures.size(), most_pictures));
    if (pictures.empty()) return;
    const Layout layout = lay_out(pictures.size(), pictures[0].picture.size());
    cv::Mat grid(layout.cell.height * layout.columns, layout.cell.width * layout.columns, CV_8UC3,
                 cv::Scalar::all(255));
    for (int i = 0; i < static_cast<int>(pictures.size()); ++i) {
        const cv::Point place(i % layout.columns * layout.cell.width,
                              i / layout.columns * layout.cell.height);
        cv::Mat cell = grid(cv::Rect(place, layout.cell));
        draw_cell(cell, pictures[static_cast<std::size_t>(i)], layout);
    }
    image::write_image(file, grid);
}

}  // namespace yolo::plots
