// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yolo::serve {

/// The page, with everything in it: it loads nothing from elsewhere.
extern const char* const page_html;

}  // namespace yolo::serve
