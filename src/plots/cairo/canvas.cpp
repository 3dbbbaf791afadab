// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <numbers>

#include <pango/pangocairo.h>

#include "plots/canvas_plugin.hpp"

namespace yolo::cairo {

template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};
using Surface = std::unique_ptr<cairo_surface_t, Release<cairo_surface_destroy>>;
using Painter = std::unique_ptr<cairo_t, Release<cairo_destroy>>;
using Layout = std::unique_ptr<PangoLayout, Release<g_object_unref>>;
using Font = std::unique_ptr<PangoFontDescription, Release<pango_font_description_free>>;
using Text = std::unique_ptr<char, Release<g_free>>;

}  // namespace yolo::cairo

struct YoloCanvas {
    yolo::cairo::Surface surface;
    yolo::cairo::Painter painter;
};

namespace {

using namespace yolo::cairo;

void set_color(YoloCanvas* canvas, const YoloColor& color) {
    cairo_set_source_rgba(canvas->painter.get(), color.red, color.green, color.blue, color.alpha);
}

YoloCanvas* create(int width, int height) {
    Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
    if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) return nullptr;
    Painter painter(cairo_create(surface.get()));
    auto* canvas = new YoloCanvas{std::move(surface), std::move(painter)};
    cairo_set_line_join(canvas->painter.get(), CAIRO_LINE_JOIN_ROUND);
    set_color(canvas, {1, 1, 1, 1});
    cairo_paint(canvas->painter.get());
    return canvas;
}

void release(YoloCanvas* canvas) {
    delete canvas;
}

void lines(YoloCanvas* canvas, const double* points, int count, double width, double dash, YoloColor color) {
    cairo_t* painter = canvas->painter.get();
    set_color(canvas, color);
    cairo_set_line_width(painter, width);
    cairo_set_dash(painter, &dash, dash > 0 ? 1 : 0, 0);
    for (int i = 0; i < count; ++i) cairo_line_to(painter, points[2 * i], points[2 * i + 1]);
    cairo_stroke(painter);
}

void rectangle(YoloCanvas* canvas, double x, double y, double width, double height, YoloColor color) {
    set_color(canvas, color);
    cairo_rectangle(canvas->painter.get(), x, y, width, height);
    cairo_fill(canvas->painter.get());
}

void disc(YoloCanvas* canvas, double x, double y, double radius, YoloColor color) {
    set_color(canvas, color);
    cairo_arc(canvas->painter.get(), x, y, radius, 0, 2 * std::numbers::pi);
    cairo_fill(canvas->painter.get());
}

Layout set_text(YoloCanvas* canvas, const char* text, double pixels) {
    Layout layout(pango_cairo_create_layout(canvas->painter.get()));
    const Font font(pango_font_description_from_string("DejaVu Sans"));
    pango_font_description_set_absolute_size(font.get(), pixels * PANGO_SCALE);
    pango_layout_set_font_description(layout.get(), font.get());
    const Text valid(g_utf8_make_valid(text, -1));
    pango_layout_set_text(layout.get(), valid.get(), -1);
    return layout;
}

/// From the top of capitals to the base line, in pixels: names with and without descenders then stand in
/// line.
PangoRectangle box_of(PangoLayout* layout, double pixels) {
    constexpr double capital_height = 0.73;  // of DejaVu Sans, in heights of the font
    PangoRectangle logical;
    pango_layout_get_pixel_extents(layout, nullptr, &logical);
    const int base = PANGO_PIXELS(pango_layout_get_baseline(layout));
    const int height = static_cast<int>(capital_height * pixels + 0.5);
    return {logical.x, base - height, logical.width, height};
}

void text(YoloCanvas* canvas, double x, double y, const char* content, const YoloTextStyle* style) {
    cairo_t* painter = canvas->painter.get();
    const Layout layout = set_text(canvas, content, style->pixels);
    const PangoRectangle box = box_of(layout.get(), style->pixels);
    set_color(canvas, style->color);
    cairo_save(painter);
    cairo_translate(painter, x, y);
    double align_x = style->align_x, align_y = style->align_y;
    if (style->quarter_turns != 0) {
        cairo_rotate(painter, -style->quarter_turns * std::numbers::pi / 2);
        align_x = 1 - style->align_y;
        align_y = style->align_x;
    }
    cairo_translate(painter, -box.x - align_x * box.width, -box.y - align_y * box.height);
    cairo_move_to(painter, 0, 0);
    pango_cairo_show_layout(painter, layout.get());
    cairo_restore(painter);
    cairo_new_path(painter);
}

double text_width(YoloCanvas* canvas, const char* content, double pixels) {
    return box_of(set_text(canvas, content, pixels).get(), pixels).width;
}

const std::uint8_t* pixels(YoloCanvas* canvas, int* row_bytes) {
    cairo_surface_flush(canvas->surface.get());
    *row_bytes = cairo_image_surface_get_stride(canvas->surface.get());
    return cairo_image_surface_get_data(canvas->surface.get());
}

}  // namespace

const YoloCanvasTable* yolo_plots_canvas() {
    static constexpr YoloCanvasTable table = {create, release, lines,      rectangle,
                                              disc,   text,    text_width, pixels};
    return &table;
}
