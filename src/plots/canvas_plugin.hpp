// SPDX-License-Identifier: Apache-2.0
/// \file What the plug-in yolo_plots offers: smooth lines, areas and text on a white canvas (Cairo, Pango). A
/// C interface, so that the plug-in and libyolo need not share anything but this page. Lengths are pixels.
#pragma once

#include <cstdint>

extern "C" {

struct YoloCanvas;  ///< one picture; different ones may be used by different threads

struct YoloColor {
    double red, green, blue, alpha;  ///< 0..1
};

struct YoloTextStyle {
    double pixels;         ///< size of the font
    double align_x;        ///< 0: the text begins at x, 0.5: is centred, 1: ends there
    double align_y;        ///< 0: the text hangs from y, 1: stands on it
    double quarter_turns;  ///< 1: read from bottom to top; the alignment is that of the turned text's box
    YoloColor color;
};

struct YoloCanvasTable {
    /// Null when there is no memory for it.
    YoloCanvas* (*create)(int width, int height);
    void (*release)(YoloCanvas* canvas);
    /// Lines through (x, y) pairs; `dash` 0 = solid, else the length of dashes and of the gaps between.
    void (*lines)(YoloCanvas* canvas, const double* points, int count, double width, double dash,
                  YoloColor color);
    void (*rectangle)(YoloCanvas* canvas, double x, double y, double width, double height, YoloColor color);
    void (*disc)(YoloCanvas* canvas, double x, double y, double radius, YoloColor color);
    /// UTF-8.
    void (*text)(YoloCanvas* canvas, double x, double y, const char* text, const YoloTextStyle* style);
    double (*text_width)(YoloCanvas* canvas, const char* text, double pixels);
    /// Rows of blue, green, red and a byte without meaning.
    const std::uint8_t* (*pixels)(YoloCanvas* canvas, int* row_bytes);
};

/// The type of the symbol yolo_plots_canvas.
using YoloCanvasFunctions = const YoloCanvasTable*();
const YoloCanvasTable* yolo_plots_canvas();
}
