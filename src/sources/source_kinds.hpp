// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "sources/source.hpp"

namespace yolo::sources {

/// A kind of source: how its text is recognised, and how it is opened. A new kind is one more row of the
/// table.
struct SourceOpener {
    const char* name;
    bool (*recognises)(const std::string& text);
    std::unique_ptr<Source> (*open)(const std::string& text, const SourceOptions& options);
};

/// In the order in which they are asked; the last one takes everything.
std::span<const SourceOpener> source_openers();

}  // namespace yolo::sources
