// SPDX-License-Identifier: Apache-2.0
/// \file fuzz_seeds FOLDER: writes FOLDER/<target>/*, files that the targets start from.
#include <cstdio>
#include <exception>
#include <filesystem>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/tiny_model.hpp"
#include "core/files.hpp"

namespace {

namespace fs = std::filesystem;
using yolo::test::TinyModel;

void write(const fs::path& folder, const char* name, const std::string& content) {
    yolo::make_directories(folder);
    yolo::write_file(folder / name, std::string_view(content));
}

void write_seeds(const fs::path& folder) {
    for (const bool deflate : {false, true}) {
        for (const bool fused : {false, true}) {
            TinyModel tiny;
            tiny.deflate = deflate;
            tiny.fused = fused;
            const std::string name = std::string(deflate ? "deflated" : "stored") + (fused ? "-fused" : "");
            write(folder / "checkpoint_pt", (name + ".pt").c_str(), tiny.file());
            if (deflate) continue;
            write(folder / "checkpoint_pickle", (name + ".pkl").c_str(), tiny.pickle());
            const std::string file = tiny.file();
            const auto model = yolo::checkpoint::load_bytes(std::as_bytes(std::span(file)), nullptr, name);
            const fs::path layouts = folder / "checkpoint_safetensors";
            yolo::make_directories(layouts);
            yolo::checkpoint::save_safetensors(layouts / (name + ".safetensors"), model);
        }
    }
    write(folder / "graph_model_yaml", "tiny.yaml",
          "nc: 2\nscales: {n: [0.33, 0.25, 1024]}\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n"
          "  - [-1, 3, C2f, [16, True]]\n  - [-1, 1, SPPF, [16, 5]]\n  - [-1, 1, nn.Upsample, [None, 2, "
          "nearest]]\n"
          "  - [[-1, 1], 1, Concat, [1]]\nhead:\n  - [[4], 1, Detect, [nc]]\n");
}

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 2) {
        std::fprintf(stderr, "usage: fuzz_seeds FOLDER\n");
        return 2;
    }
    try {
        write_seeds(arguments[1]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fuzz_seeds: %s\n", error.what());
        return 1;
    }
    return 0;
}
