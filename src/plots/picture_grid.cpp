// SPDX-License-Identifier: Apache-2.0
#include "plots/picture_grid.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <opencv2/imgproc.hpp>

#include "image/codec.hpp"
#include "image/draw.hpp"

namespace yolo::plots {

namespace {

constexpr int most_pictures = 16;
constexpr double longest_side = 1920;  // pixels of the grid
constexpr double least_cell = 160;     // smaller pictures are enlarged: a name must fit
constexpr double picture_share = 0.4;  // of a pixel under a mask
constexpr double label_share = 0.6;  // of the usual size of letters: many labels must fit on a small picture
constexpr double letter_width = 0.62, letter_height = 1.17;  // of the font
constexpr std::size_t crowd = 20;                            // more boxes than that are many
constexpr float widest_label = 1.5f;                         // of a box among many
constexpr double most_hidden = 0.15;                         // of a label by a later one
constexpr double em_per_line_width = 10, least_em = 18, least_font = 14;
constexpr int name_margin = 5;
constexpr std::size_t most_name_letters = 40;  // letters of a file's name
constexpr int jpeg_quality = 75;

const image::Color file_name_color{64, 64, 64}, cell_frame_color{255, 255, 255};

GridLayout lay_out(int count, cv::Size picture, const PlotOptions& plot) {
    GridLayout layout;
    layout.columns = static_cast<int>(std::ceil(std::sqrt(count)));
    const double side = std::max(picture.height, picture.width);
    layout.scale = std::min(longest_side / (side * layout.columns), std::max(1.0, least_cell / side));
    const auto scaled = [&](int length) { return static_cast<int>(std::ceil(length * layout.scale)); };
    layout.cell = {scaled(picture.width), scaled(picture.height)};
    const int sides = layout.cell.width + layout.cell.height;
    const double em = plot.line_width > 0 ? plot.line_width * em_per_line_width
                                          : std::max(sides * layout.columns * 0.01, least_em);
    layout.font_pixels =
        plot.font_size > 0 ? plot.font_size : static_cast<int>(std::max(em * label_share, least_font));
    layout.line_width = static_cast<int>(std::nearbyint(em / em_per_line_width));
    return layout;
}

bool continues_letter(char c) {  // in UTF-8
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// The first letters of a name that is too long.
std::string first_letters(const std::string& name) {
    std::size_t letters = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (!continues_letter(name[i]) && ++letters > most_name_letters) return name.substr(0, i);
    }
    return name;
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

float width_of(const Box& box) {
    return box.x2 - box.x1;
}
float width_of(const RotatedBox& box) {
    return std::max(box.width, box.height);
}

/// Slanted lines look wider than they are.
int stroke_width(const Box&, const GridLayout& layout) {
    return layout.line_width;
}
int stroke_width(const RotatedBox&, const GridLayout& layout) {
    return std::max(layout.line_width - 1, 1);
}

/// About where draw_label() will put a label.
cv::Rect label_rect(cv::Point anchor, const std::string& text, int font_pixels) {
    const auto letters = std::count_if(text.begin(), text.end(), std::not_fn(continues_letter));
    const cv::Size size(static_cast<int>(static_cast<double>(letters) * font_pixels * letter_width),
                        static_cast<int>(font_pixels * letter_height));
    return {{anchor.x, std::max(anchor.y - size.height, 0)}, size};
}

/// Best first; a label is left out that would hide much of an earlier one or, where there are many boxes, its
/// box's neighbours: the colour of the box still tells the class.
template <class AnyBox>
void draw_boxes(cv::Mat& cell, std::vector<AnyBox> boxes, const GridPicture& item, const GridLayout& layout,
                const std::vector<image::Color>& colors, const image::Lettering& lettering) {
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        boxes[i] = scaled(boxes[i], static_cast<float>(layout.scale));
        image::draw_box(cell, boxes[i], colors[i], stroke_width(boxes[i], layout));
    }
    std::vector<cv::Rect> places;
    for (std::size_t i = 0; i < std::min(boxes.size(), item.texts.size()); ++i) {
        if (item.texts[i].empty()) continue;
        const cv::Point anchor = image::label_anchor(boxes[i], {cell.rows, cell.cols});
        const cv::Rect place = label_rect(anchor, item.texts[i], layout.font_pixels);
        const bool hides = (boxes.size() > crowd && place.width > widest_label * width_of(boxes[i])) ||
                           std::any_of(places.begin(), places.end(), [&](const cv::Rect& earlier) {
                               return (earlier & place).area() > most_hidden * earlier.area();
                           });
        if (hides) continue;
        places.push_back(place);
        image::draw_label(cell, anchor, item.texts[i], colors[i], lettering);
    }
}

void draw_keypoints(cv::Mat& cell, const Result& found, const GridLayout& layout,
                    const std::vector<image::Color>& colors, const PlotOptions& plot) {
    image::KeypointStyle style = {
        .line_width = layout.line_width, .radius = plot.kpt_radius, .limbs = plot.kpt_line};
    for (std::size_t i = 0; i < found.keypoints.size(); ++i) {
        std::vector<Keypoint> points = found.keypoints[i];
        for (Keypoint& point : points) {
            point.x *= static_cast<float>(layout.scale);
            point.y *= static_cast<float>(layout.scale);
        }
        if (plot.color_mode == ColorMode::by_instance) style.color = colors.at(i);
        image::draw_keypoints(cell, points, found.keypoint_values == 3, style);
    }
}

void draw_found(cv::Mat& cell, const GridPicture& item, const GridLayout& layout, const PlotOptions& plot,
                const image::Lettering& lettering) {
    const Result& found = item.found;
    const std::vector<image::Color> colors = image::object_colors(found, plot.color_mode);
    if (plot.boxes && found.obb.empty()) draw_boxes(cell, found.boxes, item, layout, colors, lettering);
    if (plot.boxes) draw_boxes(cell, found.obb, item, layout, colors, lettering);
    draw_keypoints(cell, found, layout, colors, plot);
    for (std::size_t i = 0; item.mask && i < found.boxes.size(); ++i) tint(cell, item.mask(i), colors.at(i));
}

void draw_cell(cv::Mat& cell, const GridPicture& item, const GridLayout& layout, const PlotOptions& plot) {
    image::Lettering lettering =
        image::lettering({cell.rows, cell.cols}, layout.line_width, true, plot.font_size);
    lettering.font_pixels = layout.font_pixels;
    cv::resize(item.picture, cell, cell.size(), 0, 0, layout.scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    if (!item.name.empty())
        image::draw_label(cell, {name_margin, name_margin}, first_letters(item.name), file_name_color,
                          lettering);
    draw_found(cell, item, layout, plot, lettering);
    const bool is_classified = item.found.boxes.empty() && item.found.obb.empty() && !item.texts.empty();
    if (is_classified) {
        image::draw_label(cell, {name_margin, cell.rows - name_margin}, item.texts[0],
                          image::class_color(item.text_class), lettering);
    }
    cv::rectangle(cell, cv::Rect({}, cell.size()), cell_frame_color, 2);
}

}  // namespace

PictureGrid::PictureGrid(int count, cv::Size picture, const PlotOptions& plot)
    : count_(std::min(count, most_pictures)),
      plot_(plot),
      layout_(lay_out(count_, picture, plot)),
      grid_(layout_.cell.height * layout_.columns, layout_.cell.width * layout_.columns, CV_8UC3,
            cv::Scalar::all(255)) {}

void PictureGrid::draw(int place, const GridPicture& item) {
    const cv::Point corner(place / layout_.columns * layout_.cell.width,
                           place % layout_.columns * layout_.cell.height);
    cv::Mat cell = grid_(cv::Rect(corner, layout_.cell));
    draw_cell(cell, item, layout_, plot_);
}

void PictureGrid::write(const std::filesystem::path& file) const {
    image::write_image(file, grid_, {.quality = jpeg_quality});
}

}  // namespace yolo::plots
