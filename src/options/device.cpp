// SPDX-License-Identifier: Apache-2.0
#include "options/device.hpp"

#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/torch_facts.hpp"
#include "options/device_name.hpp"

namespace yolo {

namespace {

constexpr std::string_view gpu_prefix = "cuda:";
constexpr const char* idlest = "cuda:idlest";

std::optional<int> gpu_number(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// Of "cuda:1", and of the one that has the least to do.
int number_of(const std::string& name) {
    return name == idlest ? idlest_gpu().value_or(0) : gpu_number(name.substr(gpu_prefix.size())).value_or(0);
}

[[noreturn]] void refuse(const std::string& device, const std::string& why) {
    throw UsageError(fmt::format("device={}: {}", device, why));
}

/// Why LibTorch sees no GPU.
std::string reason_of(const TorchFacts& torch, const CudaDriver& driver) {
    if (torch.cuda == 0) return "its CUDA half is not installed: scripts/setup --cuda brings it";
    if (!driver.problem.empty()) return driver.problem;
    if (driver.version / 1000 < torch.cuda / 1000)
        return fmt::format(
            "NVIDIA's driver serves CUDA up to {}, LibTorch needs {}.0: install a newer driver",
            cuda_version_text(driver.version), torch.cuda / 1000);
    return "the driver knows GPUs, LibTorch cannot use them";
}

TorchFacts described_torch(const std::string& asked) {
    try {
        return torch_facts("device=" + asked);
    } catch (const Error& error) {
        throw UsageError(error.what());
    }
}

/// A number that LibTorch has a GPU for.
std::string present(const std::string& name, const std::string& asked) {
    const TorchFacts torch = described_torch(asked);
    if (torch.gpus == 0)
        refuse(asked,
               fmt::format("LibTorch sees no CUDA GPU here ({}): use device=cpu, or see docs/training.md",
                           reason_of(torch, cuda_driver())));
    const int number = number_of(name);
    if (number >= torch.gpus)
        refuse(asked, torch.gpus == 1
                          ? std::string("there is one GPU here, number 0")
                          : fmt::format("there are {} GPUs here, 0 to {}", torch.gpus, torch.gpus - 1));
    return fmt::format("{}{}", gpu_prefix, number);
}

/// A number that the driver knows a GPU by; whether a runtime can use it shows when it is opened.
std::string seen_by_driver(const std::string& name, const std::string& asked) {
    const CudaDriver driver = cuda_driver();
    if (driver.gpus.empty()) refuse(asked, fmt::format("no NVIDIA GPU is seen here ({})", driver.problem));
    const int number = number_of(name);
    if (number >= static_cast<int>(driver.gpus.size()))
        refuse(asked, fmt::format("the GPUs here are 0 to {}", driver.gpus.size() - 1));
    return fmt::format("{}{}", gpu_prefix, number);
}

/// A device that OpenVINO names.
bool is_intel(std::string_view name) {
    return name.starts_with("intel");
}

}  // namespace

std::string device_name(const std::string& device) {
    const Value value = canonical_device(device);
    if (value.is_null()) return "cpu";
    if (std::holds_alternative<ValueList>(value))
        refuse(device, "one run computes on one device: name one, and start a run for each of the others");
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return *number < 0 ? idlest : fmt::format("{}{}", gpu_prefix, *number);
    const std::string name = to_string(value);
    if (name != "cpu" && !is_intel(name))
        refuse(device,
               "networks run on cpu, on an NVIDIA GPU by its number (device=0), or, exported files, on "
               "what OpenVINO knows (intel:gpu, intel:npu)");
    return name;
}

Compute compute_on(const std::string& device, const std::string& engine, bool half) {
    const std::string name = device_name(device);
    if (name == "cpu") return {engine, name, precision_of(half)};
    if (is_intel(name)) {
        if (!engine.empty() && engine != "openvino")
            refuse(device, fmt::format("it is a device of engine=openvino, not of engine={}", engine));
        return {"openvino", name, precision_of(half, name != "intel:cpu")};
    }
    if (engine == "onnxruntime") return {engine, seen_by_driver(name, device), precision_of(half, true)};
    if (!engine.empty() && engine != "torch")
        refuse(device,
               fmt::format("engine={} computes on the processor: leave engine out, or device", engine));
    return {engine, present(name, device), precision_of(half, true)};
}

Precision precision_of(bool half, bool on_gpu) {
    if (!half) return Precision::fp32;
    return on_gpu ? Precision::fp16 : Precision::bf16;
}

bool is_half(const Config& config) {
    return config.text("quantize") == "16";
}

Compute compute_on(const Config& config) {
    return compute_on(config.text("device"), named_engine(config), is_half(config));
}

std::string named_engine(const Config& config) {
    if (config.given("engine")) return config.text("engine");
    if (!config.flag("dnn")) return "";
    if (!config.text("model").ends_with(".onnx"))
        throw UsageError(
            "dnn=True runs ONNX files with OpenCV: give one (yolo export format=onnx opset=12), or leave dnn "
            "out");
    return "opencv";
}

std::string training_device(const Config& config) {
    return compute_on(config.text("device"), "torch", false).device;
}

Gpu gpu_of(const std::string& device) {
    const CudaDriver driver = cuda_driver();
    const auto number = static_cast<std::size_t>(
        device.starts_with(gpu_prefix) ? gpu_number(device.substr(gpu_prefix.size())).value_or(-1) : -1);
    return number < driver.gpus.size() ? driver.gpus[number] : Gpu{};
}

std::string device_option(const std::string& device) {
    return device.starts_with(gpu_prefix) ? device.substr(gpu_prefix.size()) : device;
}

}  // namespace yolo
