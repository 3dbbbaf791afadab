// SPDX-License-Identifier: Apache-2.0
/// \file fuzz_seeds FOLDER: writes FOLDER/<target>/*, files that the targets start from.
#include <cstdio>
#include <exception>
#include <filesystem>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/tiny_model.hpp"
#include "core/files.hpp"
#include "data/dataset/label_index.hpp"
#include "formats/protobuf.hpp"
#include "formats/zip/zip_stream.hpp"
#include "image/codec.hpp"

namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;
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
    yolo::formats::ProtoMessage model, entry;
    entry.text(1, "names").text(2, "{0: 'person', 1: \"it's\"}");
    model.integer(1, 8).text(7, "").message(14, std::move(entry));
    write(folder / "engines_onnx", "names.onnx", model.text());
    std::string litert = std::string("\x1c\0\0\0TFL3", 8);
    yolo::formats::ZipStream zip(
        [&litert](std::span<const std::byte> bytes) {
            litert.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        },
        litert.size());
    zip.add("metadata.json", R"({"task": "pose", "kpt_shape": [17, 3], "names": {"0": "it's"}})");
    zip.add("temp_meta.txt", "{'names': {0: \"it's\"}}");
    zip.finish();
    write(folder / "engines_litert", "names.tflite", litert);
    // A video track of a Matroska file that is mirrored and turned.
    constexpr std::string_view matroska =
        "\x1A\x45\xDF\xA3\x80\x18\x53\x80\x67\xA1\x16\x54\xAE\x6B\x9C\xAE\x9A"
        "\x83\x81\x01\xE0\x95\x76\x70\x92\x76\x71\x81\x00\x76\x73\x84\x43\x34\x00\x00\x76\x75\x84\x42\xB4\x00\x00"sv;
    write(folder / "sources_matroska", "turned.mkv", std::string(matroska.data(), matroska.size()));
    write(folder / "graph_model_yaml", "tiny.yaml",
          "nc: 2\nscales: {n: [0.33, 0.25, 1024]}\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n"
          "  - [-1, 3, C2f, [16, True]]\n  - [-1, 1, SPPF, [16, 5]]\n  - [-1, 1, nn.Upsample, [None, 2, "
          "nearest]]\n"
          "  - [[-1, 1], 1, Concat, [1]]\nhead:\n  - [[4], 1, Detect, [nc]]\n");
}

void write_track_seeds(const fs::path& folder) {
    write(folder / "track_yaml", "botsort.yaml",
          "tracker_type: botsort\ntrack_high_thresh: 0.25\ntrack_buffer: 30\nfuse_score: True\n"
          "gmc_method: sparseOptFlow\nwith_reid: False\nmodel: auto\n");
    write(folder / "metrics_mot", "gt.txt",
          "1,1,10,20,30.5,40,1,1,1\n1,2,60,20,30,40,1,1,0.5\n2,1,12,20,30,40,0.9,-1,-1,-1\n");
    write(folder / "metrics_mot", "seqinfo.ini",
          "[Sequence]\nname=A\nimDir=img1\nframeRate=25\nseqLength=2\nimWidth=640\nimHeight=480\n");
    // A tracker, then boxes of five floats; the score above 1 ends the frame.
    std::string boxes(1, '\0');
    for (const float value : {10.F, 20.F, 40.F, 60.F, .9F, 80.F, 20.F, 99.F, 60.F, 1.5F})
        boxes.append(reinterpret_cast<const char*>(&value), sizeof(value));
    write(folder / "track_update", "two.bin", boxes + boxes.substr(1) + boxes.substr(1));
}

void write_data_seeds(const fs::path& folder) {
    const fs::path labels = folder / "data_labels";
    write(labels, "box.txt", std::string("\x00", 1) + "0 0.5 0.5 0.2 0.1\n2 .1 1e-1 .1 .1_5\r\n");
    write(labels, "polygon.txt",
          "\x01"
          "1 0.1 0.1 0.5 0.1 0.5 0.5\n1 0.1 0.1 0.5 0.1 0.5 0.5\n");
    write(labels, "keypoints.txt",
          "\x42"
          "0 .5 .5 .4 .4 .3 .3 2 .6 .6 0\n");
    write(labels, "corners.txt",
          "\x03"
          "2 0.1 0.1 0.5 0.1 0.5 0.5 0.1 0.5\n");
    write(folder / "data_dataset_yaml", "pose.yaml",
          "path: None\ntrain: [a, b.txt]\nval: c\nnames: {0: x, 1: y}\nnc: 2\nkpt_shape: [2, 3]\n"
          "flip_idx: [1, 0]\nkpt_names: {0: [l, r]}\nkpt_oks_sigmas: [1, 0.5]\n");
    yolo::data::LabelIndexBuilder builder(1);
    builder.add("a.jpg", {24, 32},
                {{1}, {{.5F, .5F, .2F, .2F}}, {{{0, 0}, {1, 0}, {1, 1}}}, {{.1F, .2F, 2}}});
    builder.add("b.jpg", {24, 32}, {});
    const auto block = builder.finish(7, {.pictures = 2, .found = 1, .missing = 1, .messages = {"b"}});
    write(folder / "data_index", "two.cache",
          std::string(reinterpret_cast<const char*>(block.data()), block.size()));
    const fs::path headers = folder / "data_picture_header";
    yolo::make_directories(headers);
    for (const char* name : {"a.png", "a.jpg"}) {
        yolo::image::write_image(headers / name, cv::Mat(12, 16, CV_8UC3, cv::Scalar::all(50)));
    }
    using namespace std::string_literals;
    write(headers, "a.bmp", "BM"s + std::string(12, '\0') + "\x28\0\0\0\x10\0\0\0\x0C\0\0\0"s);
    write(headers, "a.webp", "RIFF\x16\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0\x0F\0\0\x0B\0\0"s);
    write(headers, "a.jp2", "\0\0\0\x0CjP  \r\n\x87\n\0\0\0\x16jp2h\0\0\0\x0Eihdr\0\0\0\x0C\0\0\0\x10"s);
    write(headers, "a.tiff",
          "II*\0\x08\0\0\0\x02\0\0\x01\x03\0\x01\0\0\0\x10\0\0\0\x01\x01\x03\0\x01\0\0\0\x0C\0\0\0"s);
}

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 2) {
        std::fprintf(stderr, "usage: fuzz_seeds FOLDER\n");
        return 2;
    }
    try {
        write_seeds(arguments[1]);
        write_data_seeds(arguments[1]);
        write_track_seeds(arguments[1]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fuzz_seeds: %s\n", error.what());
        return 1;
    }
    return 0;
}
