// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/checkpoint.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "checkpoint/initialise.hpp"
#include "checkpoint/model_layout.hpp"
#include "checkpoint/read/model_facts.hpp"
#include "checkpoint/read/pt_model.hpp"
#include "core/files.hpp"
#include "core/mapped_file.hpp"

namespace yolo::checkpoint {

namespace {

constexpr std::uint64_t untrained_seed = 0;

Checkpoint load_untrained(const std::filesystem::path& path, const LogSink& log) {
    Checkpoint checkpoint;
    std::string warning;
    checkpoint.spec = graph::read_model_spec(path, &warning);
    if (log && !warning.empty()) log(LogLevel::warning, warning);
    checkpoint.graph = graph::build_graph(checkpoint.spec);
    checkpoint.weights = initial_weights(checkpoint.graph, untrained_seed);
    checkpoint.info = info_of(checkpoint.graph, {});
    checkpoint.metadata = Json::object();
    return checkpoint;
}

Checkpoint load_pt(const formats::SharedBytes& file, const LogSink& log) {
    TorchArchive archive(file);
    const Pickle pickle = Pickle::parse(archive.pickle());
    return read_pt_model(
        pickle, [&archive](std::string_view key) { return archive.storage(key); }, archive.allowance(), log);
}

/// A header length of eight bytes, then the header's opening brace.
bool looks_like_safetensors(std::span<const std::byte> bytes) {
    constexpr std::size_t brace = 8;
    return bytes.size() > brace && bytes[brace] == std::byte{'{'};
}

}  // namespace

Checkpoint load_bytes(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                      const std::string& where, const LogSink& log) {
    const bool is_safetensors = looks_like_safetensors(bytes);
    formats::Safetensors content;
    if (is_safetensors) content = formats::parse_safetensors(bytes, owner, where);
    try {
        return is_safetensors ? read_model_layout(content) : load_pt({bytes, std::move(owner)}, log);
    } catch (const Error& error) {
        throw Error(fmt::format("cannot load '{}': {}", where, error.what()));
    }
}

Checkpoint load(const std::filesystem::path& path, const LogSink& log) {
    const std::string suffix = lower_suffix(path);
    if (suffix == "yaml" || suffix == "yml") return load_untrained(path, log);
    const auto file = MappedFile::open(path);
    return load_bytes(file->bytes(), file, path.string(), log);
}

bool is_own_layout(const std::filesystem::path& path) {
    return describes_model(formats::read_safetensors(path));
}

void save_safetensors(const std::filesystem::path& path, const Checkpoint& checkpoint) {
    formats::write_safetensors(path, write_model_layout(checkpoint));
}

}  // namespace yolo::checkpoint
