// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <pango/pangocairo.h>

#include "image/text_plugin.hpp"

namespace {

template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};
using Context = std::unique_ptr<PangoContext, Release<g_object_unref>>;
using Layout = std::unique_ptr<PangoLayout, Release<g_object_unref>>;
using Font = std::unique_ptr<PangoFontDescription, Release<pango_font_description_free>>;
using Surface = std::unique_ptr<cairo_surface_t, Release<cairo_surface_destroy>>;
using Canvas = std::unique_ptr<cairo_t, Release<cairo_destroy>>;
using Text = std::unique_ptr<char, Release<g_free>>;

Layout set_text(const char* text, int font_pixels, int most_pixels) {
    // Pango keeps one default font map for each thread.
    const Context context(pango_font_map_create_context(pango_cairo_font_map_get_default()));
    Layout layout(pango_layout_new(context.get()));
    const Font font(pango_font_description_from_string("DejaVu Sans"));
    pango_font_description_set_absolute_size(font.get(), static_cast<double>(font_pixels) * PANGO_SCALE);
    pango_layout_set_font_description(layout.get(), font.get());
    const Text valid(g_utf8_make_valid(text, -1));
    pango_layout_set_text(layout.get(), valid.get(), -1);
    int width = 0;
    pango_layout_get_pixel_size(layout.get(), &width, nullptr);
    if (width > most_pixels) {
        pango_layout_set_width(layout.get(), most_pixels * PANGO_SCALE);
        pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
    }
    return layout;
}

}  // namespace

int yolo_text_render(const char* text, int font_pixels, int most_pixels, YoloTextAllocate allocate,
                     void* context) {
    const Layout layout = set_text(text, font_pixels, most_pixels);
    PangoRectangle box;  // in pixels
    pango_layout_get_pixel_extents(layout.get(), nullptr, &box);
    if (box.width <= 0 || box.height <= 0) return -1;
    const int row_bytes = cairo_format_stride_for_width(CAIRO_FORMAT_A8, box.width);
    std::uint8_t* mask = row_bytes > 0 ? allocate(context, box.width, box.height, row_bytes) : nullptr;
    if (mask == nullptr) return -1;
    const Surface surface(
        cairo_image_surface_create_for_data(mask, CAIRO_FORMAT_A8, box.width, box.height, row_bytes));
    const Canvas canvas(cairo_create(surface.get()));
    cairo_translate(canvas.get(), -box.x, -box.y);
    cairo_set_source_rgba(canvas.get(), 1, 1, 1, 1);
    pango_cairo_show_layout(canvas.get(), layout.get());
    cairo_surface_flush(surface.get());
    return cairo_status(canvas.get()) == CAIRO_STATUS_SUCCESS ? 0 : -1;
}
