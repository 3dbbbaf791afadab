// SPDX-License-Identifier: Apache-2.0
/// \file What the plug-in yolo_text offers: text in any script as a mask of coverage. A C interface, so that
/// the plug-in and libyolo need not share anything but this page.
#pragma once

#include <cstdint>

extern "C" {

/// Gives the place for a mask: `height` rows of `row_bytes` bytes, all 0. Null when there is none.
using YoloTextAllocate = std::uint8_t* (*)(void* context, int width, int height, int row_bytes);

/// Sets UTF-8 text (lines end with '\n') in DejaVu Sans, or fonts that have what it lacks, `font_pixels`
/// high, and writes its coverage, 0..255, to the mask that `allocate` gives. Lines longer than `most_pixels`
/// end with an ellipsis. Returns 0, or -1 when the text could not be set. May be called from several threads.
using YoloTextRender = int(const char* text, int font_pixels, int most_pixels, YoloTextAllocate allocate,
                           void* context);

/// The symbol of that type.
int yolo_text_render(const char* text, int font_pixels, int most_pixels, YoloTextAllocate allocate,
                     void* context);
}
