// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

#include "core/plugin.hpp"
#include "image/draw.hpp"
#include "image/text_plugin.hpp"

namespace yolo::image {

namespace {

constexpr int stroke_font = cv::FONT_HERSHEY_SIMPLEX;
constexpr int stroke_margin = 3;           // pixels between strokes and the rectangle's far edge
constexpr double em_per_line_width = 9.6;  // capitals of both kinds of lettering are then equally high

/// The plug-in's function, or null when the plug-in is not there. Looked for once.
YoloTextRender* text_renderer() {
    static YoloTextRender* const renderer = []() -> YoloTextRender* {
        try {
            return reinterpret_cast<YoloTextRender*>(
                plugin_symbol("yolo_text", "yolo_text_render", "text that is not ASCII"));
        } catch (const Error&) {
            return nullptr;
        }
    }();
    return renderer;
}

/// One '?' for each character that Hershey's strokes don't have; nothing for marks of direction (U+2066 to
/// U+2069).
std::string ascii(const std::string& text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool is_mark = text.compare(i, 2, "\xE2\x81") == 0 && i + 2 < text.size() &&
                             static_cast<unsigned char>(text[i + 2]) >= 0xA6 &&
                             static_cast<unsigned char>(text[i + 2]) <= 0xA9;
        if (byte < 0x80) result += text[i];
        if (byte >= 0xC0 && !is_mark) result += '?';  // the first byte of a character in UTF-8
    }
    return result;
}

/// The coverage of typeset text, 0..255; empty when it cannot be set.
cv::Mat typeset_text(const std::string& text, const Lettering& lettering, int most_pixels) {
    cv::Mat mask;
    const auto allocate = [](void* context, int width, int height, int row_bytes) -> std::uint8_t* {
        try {
            const cv::Mat rows = cv::Mat::zeros(height, row_bytes, CV_8U);
            *static_cast<cv::Mat*>(context) = rows.colRange(0, width);
            return rows.data;
        } catch (const cv::Exception&) {
            return nullptr;  // no exception may pass through C code
        }
    };
    YoloTextRender* render = text_renderer();
    if (render == nullptr || render(text.c_str(), lettering.font_pixels, most_pixels, allocate, &mask) != 0)
        return {};
    return mask;
}

/// Mixes a colour into the picture by a mask whose top left corner comes to `place`.
void blend(cv::Mat& picture, const cv::Mat& mask, cv::Point place, const Color& color) {
    const cv::Rect part = cv::Rect(place, mask.size()) & cv::Rect({}, picture.size());
    for (int y = part.y; y < part.y + part.height; ++y) {
        const std::uint8_t* coverage = mask.ptr(y - place.y, part.x - place.x);
        std::uint8_t* pixels = picture.ptr(y, part.x);
        for (int x = 0; x < part.width; ++x) {
            for (int c = 0; c < 3; ++c) {
                std::uint8_t& value = pixels[3 * x + c];
                const int mixed = value * (255 - coverage[x]) + color[c] * coverage[x];
                value = static_cast<std::uint8_t>((mixed + 127) / 255);
            }
        }
    }
}

void draw_strokes(cv::Mat& picture, const std::string& text, cv::Point baseline, const Color& color,
                  const Lettering& lettering) {
    cv::putText(picture, text, baseline, stroke_font, lettering.stroke_scale, color, lettering.stroke_width,
                cv::LINE_AA);
}

cv::Size stroke_size(const std::string& text, const Lettering& lettering) {
    int below = 0;
    return cv::getTextSize(text, stroke_font, lettering.stroke_scale, lettering.stroke_width, &below);
}

/// The first lines, joined.
std::string joined(const std::vector<std::string>& lines, int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += (i == 0 ? "" : "\n") + one_line(lines[static_cast<std::size_t>(i)]);
    return text;
}

}  // namespace

std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return text;
}

bool is_ascii(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Lettering lettering(Size picture, int wanted_line_width, bool typeset, int font_pixels) {
    const bool can_typeset = typeset && text_renderer() != nullptr;
    if (font_pixels > 0) {
        const double width = font_pixels / em_per_line_width;
        return {can_typeset, font_pixels, width / 3.0,
                std::max(static_cast<int>(std::nearbyint(width)) - 1, 1)};
    }
    const int width = line_width(picture, wanted_line_width);
    const double em = wanted_line_width > 0 ? wanted_line_width * em_per_line_width
                                            : (picture.height + picture.width) / 2.0 * 0.035;
    const int pixels = std::max(static_cast<int>(std::nearbyint(em)), 12);
    // Lines have a least width; letters of small pictures go on growing smaller, in both kinds of lettering.
    const double stroke = wanted_line_width > 0 ? width : std::min<double>(width, pixels / em_per_line_width);
    return {can_typeset, pixels, stroke / 3.0, std::max(width - 1, 1)};
}

SetText set_text(const std::string& text, const Lettering& lettering, int most_pixels) {
    const std::string line = one_line(text);
    if (lettering.typeset) {
        if (const cv::Mat coverage = typeset_text(line, lettering, most_pixels); !coverage.empty())
            return {coverage.size(), coverage, "", lettering};
    }
    const std::string plain = ascii(line);
    const cv::Size size = stroke_size(plain, lettering);
    return {{size.width, size.height + stroke_margin}, {}, plain, lettering};
}

cv::Rect label_place(cv::Size picture, cv::Point anchor, cv::Size label) {
    const int below = std::max(std::min(anchor.y, picture.height - label.height), 0);
    return {std::max(std::min(anchor.x, picture.width - label.width), 0),
            anchor.y >= label.height ? anchor.y - label.height : below, label.width, label.height};
}

void draw_text(cv::Mat& picture, const SetText& text, cv::Point corner, const Color& color) {
    const cv::Rect place(corner, text.size);
    cv::rectangle(picture, place, color, cv::FILLED);
    if (!text.coverage.empty())
        blend(picture, text.coverage, corner, text_color(color));
    else
        draw_strokes(picture, text.strokes, {place.x, place.br().y - stroke_margin + 1}, text_color(color),
                     text.lettering);
}

void draw_label(cv::Mat& picture, cv::Point anchor, const std::string& label, const Color& color,
                const Lettering& lettering) {
    const SetText text = set_text(label, lettering, picture.cols);
    draw_text(picture, text, label_place(picture.size(), anchor, text.size).tl(), color);
}

void draw_text_block(cv::Mat& picture, const std::vector<std::string>& lines, const Lettering& lettering) {
    const Color gray{64, 64, 64}, white{255, 255, 255};
    const int edge = static_cast<int>(picture.rows * 0.03);
    const int room = picture.rows - edge, all = static_cast<int>(lines.size());
    const auto left = [&](int width) { return std::clamp(picture.cols - width, 0, edge); };
    const auto lines_within_room = [&](int height) {  // without the space below the last one
        return std::clamp(static_cast<int>(all * room / static_cast<double>(height) + 0.25), 1, all);
    };
    if (lettering.typeset) {
        cv::Mat mask = typeset_text(joined(lines, all), lettering, picture.cols);
        if (mask.rows > room)
            mask = typeset_text(joined(lines, lines_within_room(mask.rows)), lettering, picture.cols);
        if (!mask.empty()) {
            const cv::Point corner(left(mask.cols), edge);
            cv::rectangle(picture, cv::Rect(corner, mask.size()), gray, cv::FILLED);
            blend(picture, mask, corner, white);
            return;
        }
    }
    std::vector<std::string> plain;
    cv::Size size;
    for (const std::string& line : lines) {
        plain.push_back(ascii(one_line(line)));
        const cv::Size one = stroke_size(plain.back(), lettering);
        size = {std::max(size.width, one.width), std::max(size.height, one.height)};
    }
    const int step = size.height * 3 / 2;
    if (step * all > room) plain.resize(static_cast<std::size_t>(lines_within_room(step * all)));
    const int height = step * static_cast<int>(plain.size());
    const int x = left(size.width);
    cv::rectangle(picture, cv::Rect(x, edge, size.width, height), gray, cv::FILLED);
    cv::Point baseline{x, edge + (step + size.height) / 2};
    for (const std::string& line : plain) {
        draw_strokes(picture, line, baseline, white, lettering);
        baseline.y += step;
    }
}

}  // namespace yolo::image
