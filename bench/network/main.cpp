// SPDX-License-Identifier: Apache-2.0
/// \file The network alone, one picture: our CPU engine and OpenVINO, in turns.
/// usage: bench_network MODEL [imgsz] [threads] [rounds] [alone]     MODEL: a detection checkpoint, or a
/// .yaml (random weights); alone: without OpenVINO
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <string_view>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "../timing.hpp"
#include "checkpoint/checkpoint.hpp"
#include "core/files.hpp"
#include "engines/registry.hpp"
#include "export/onnx/onnx_writer.hpp"
#ifdef YOLO_BENCH_OPENVINO
#include "openvino_side.hpp"
#endif

namespace {

using yolo::Precision;
using yolo::bench::median;
using yolo::bench::milliseconds_of;

#ifdef YOLO_BENCH_OPENVINO
constexpr bool has_peer = true;
#else
constexpr bool has_peer = false;
#endif

struct Settings {
    std::string model;
    int size = 640, threads = 2, rounds = 100;
    bool alone = false;
};

/// Of the second of two runs: threads that still spin after the other side's run are asleep by then.
double second_run(const auto& work) {
    work();
    return milliseconds_of(work);
}

double fastest(const std::vector<double>& times) {
    return *std::min_element(times.begin(), times.end());
}

yolo::Tensor random_picture(int size) {
    yolo::Tensor picture = yolo::Tensor::allocate(yolo::DType::u8, {1, size, size, 3});
    std::mt19937 random(1);
    for (auto& value : picture.mutable_values<std::uint8_t>()) value = static_cast<std::uint8_t>(random());
    return picture;
}

#ifdef YOLO_BENCH_OPENVINO
/// The largest difference of the outputs, so that nobody times a wrong network.
double check_outputs(yolo::bench::OpenVino& other, const yolo::Tensor& picture, std::span<const float> ours) {
    const auto pixels = picture.values<std::uint8_t>();
    const std::span<float> input = other.input();
    const std::size_t plane = input.size() / 3;
    for (std::size_t i = 0; i < input.size(); ++i)
        input[i] = static_cast<float>(pixels[i % plane * 3 + 2 - i / plane]) / 255.0f;
    other.run();
    const std::span<const float> theirs = other.output();
    double worst = 0;
    for (std::size_t i = 0; i < ours.size(); ++i)
        worst = std::max(worst, std::abs(double{ours[i]} - double{theirs[i]}));
    return worst;
}

/// OpenVINO on the same network and picture, warm.
std::function<void()> peer(const yolo::graph::Network& network, const Settings& settings, Precision precision,
                           yolo::engines::Engine& ours, const yolo::engines::Batch& batch) {
    const auto onnx = std::filesystem::temp_directory_path() / "yolo_bench_network.onnx";
    const yolo::graph::Network exporting =
        expand_head(network, yolo::graph::InputSize{settings.size, settings.size});
    const auto model = yolo::exports::onnx_model(exporting, {});
    yolo::write_file(onnx, [&model](const yolo::FileSink& sink) { model.write(sink); });
    auto other =
        std::make_shared<yolo::bench::OpenVino>(onnx, settings.threads, precision == Precision::bf16);
    const auto output = ours.run(batch);
    fmt::print("  outputs differ by at most {:.4f}\n",
               check_outputs(*other, batch.images, output[0].values<float>()));
    for (int i = 0; i < 5; ++i) other->run();
    return [other] { other->run(); };
}
#else
std::function<void()> peer(const yolo::graph::Network&, const Settings&, Precision, yolo::engines::Engine&,
                           const yolo::engines::Batch&) {
    return nullptr;
}
#endif

void measure(const yolo::graph::Network& network, const Settings& settings, Precision precision) {
    const yolo::engines::Batch batch{random_picture(settings.size), yolo::engines::Batch::Layout::nhwc_bgr};
    const auto engine = yolo::engines::make_engine("cpu", network, {settings.threads, precision});
    const double prepare = milliseconds_of([&] { engine->report(settings.size, settings.size); });
    const double first = milliseconds_of([&] { engine->run(batch); });
    const auto report = engine->report(settings.size, settings.size);
    fmt::print("{} on {}: prepare {:.1f} ms, first run {:.1f} ms, arena {:.1f} MB, weights {:.1f} MB\n",
               report.precision(), report.instructions(), prepare, first,
               static_cast<double>(report.arena_bytes()) / 1e6,
               static_cast<double>(report.weight_bytes()) / 1e6);
    std::vector<double> ours, theirs;
    for (int i = 0; i < 5; ++i) engine->run(batch);
    const std::function<void()> run_peer =
        settings.alone ? nullptr : peer(network, settings, precision, *engine, batch);
    for (int round = 0; round < settings.rounds; ++round) {
        ours.push_back(second_run([&] { engine->run(batch); }));
        if (run_peer) theirs.push_back(second_run(run_peer));
    }
    fmt::print("  yolo.cpp  median {:.2f} ms, fastest {:.2f} ms\n", median(ours), fastest(ours));
    if (theirs.empty()) return;
    fmt::print("  OpenVINO  median {:.2f} ms, fastest {:.2f} ms\n", median(theirs), fastest(theirs));
    fmt::print("  ratio     median {:.3f}, fastest {:.3f}\n", median(ours) / median(theirs),
               fastest(ours) / fastest(theirs));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: bench_network MODEL [imgsz] [threads] [rounds] [alone]\n");
        return 2;
    }
    try {
        Settings settings{argv[1]};
        if (argc > 2) settings.size = std::stoi(argv[2]);
        if (argc > 3) settings.threads = std::stoi(argv[3]);
        if (argc > 4) settings.rounds = std::stoi(argv[4]);
        settings.alone = argc > 5 && argv[5] == std::string_view("alone");
        if (!has_peer && !settings.alone) {
            throw yolo::Error(
                "built without its peer OpenVINO: run scripts/setup --bench and cmake --preset release, "
                "and build again; or name `alone` after the rounds");
        }
        const yolo::checkpoint::Checkpoint model = yolo::checkpoint::load(settings.model);
        const yolo::graph::Network network = to_inference(model.graph, model.weights);
        for (const Precision precision : {Precision::fp32, Precision::bf16})
            measure(network, settings, precision);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_network: {}\n", error.what());
        return 1;
    }
}
