// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace yolo {

/// Opens libNAME.so (beside libyolo, then the loader's path) once and returns the address of its function
/// `symbol`. Throws Error with `purpose` and what to install when the plug-in is missing or cannot be loaded.
void* plugin_symbol(const std::string& name, const std::string& symbol, const std::string& purpose);

}  // namespace yolo
