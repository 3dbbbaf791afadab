// SPDX-License-Identifier: Apache-2.0
/// \file Where libraries of others begin: what they throw ends here as one sentence of ours.
#pragma once

#include <memory>
#include <string>

#include "engines/engine.hpp"
#include "engines/model_source.hpp"

namespace yolo::engines {

/// An engine that throws Error (and its kinds) and std::bad_alloc only. Any other exception of the one given
/// becomes an Error: "WHAT: the library's reason". Of a network of free sizes pictures have to be multiples
/// of the stride.
std::unique_ptr<Engine> within_rim(std::unique_ptr<Engine> engine, std::string what, int stride);

/// What the sides of pictures for a file of free sizes are multiples of; 1 where it does not say.
int stride_of(const ExportedFile& file);

/// For catch blocks: the exception that is being handled, in the same way.
[[noreturn]] void rethrow_as_sentence(const std::string& what);

}  // namespace yolo::engines
