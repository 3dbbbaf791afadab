// SPDX-License-Identifier: Apache-2.0
/// \file What a row's own process does. Between the two processes everything is JSON: a request that names a
/// job and its options, and an answer, or {"error": sentence}.
#pragma once

#include <string>

#include <yolo/config.hpp>

#include "core/json.hpp"
#include "engines/registry.hpp"

namespace yolo::modes {

/// The jobs: probe (which engines are here), check (that val can use the data), export (one format), measure
/// (one file, one engine), label (what the model itself finds on pictures).
inline constexpr const char* probe_job = "probe";
inline constexpr const char* check_job = "check";
inline constexpr const char* export_job = "export";
inline constexpr const char* measure_job = "measure";
inline constexpr const char* label_job = "label";
inline constexpr const char* train_job = "train";

/// The options of a job that differ from their defaults or were given.
Json options_json(const Config& config);
/// The same for a mode. Throws UsageError.
Config config_of(const Json& options, Mode mode);

/// Does a job. Errors of the library are answers, too.
Json do_job(const Json& request, const engines::EngineTable& engines = engines::engine_table());

/// The whole of the program that a row runs: the request from standard input, the answer to
/// child_result. Returns its exit code.
int serve_row(const engines::EngineTable& engines = engines::engine_table());

}  // namespace yolo::modes
