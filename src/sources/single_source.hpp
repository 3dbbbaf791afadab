// SPDX-License-Identifier: Apache-2.0
/// \file Sources of one picture that is no local file.
#pragma once

#include "sources/source.hpp"

namespace yolo::sources {

/// An encoded picture, read up to the end of a file descriptor. Throws Error when there is none, Cancelled
/// when `cancelled` ended the waiting for it.
std::unique_ptr<Source> descriptor_source(int descriptor, const std::function<bool()>& cancelled = {});

/// A picture on the web. Throws as the other does.
std::unique_ptr<Source> picture_url_source(const std::string& url,
                                           const std::function<bool()>& cancelled = {});

}  // namespace yolo::sources
