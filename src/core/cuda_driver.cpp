// SPDX-License-Identifier: Apache-2.0
#include "core/cuda_driver.hpp"

#include <array>
#include <cstdlib>
#include <memory>

#include <dlfcn.h>
#include <fmt/core.h>

namespace yolo {

namespace {

// Of NVIDIA's documentation "CUDA Driver API": numbers and signatures that never change.
constexpr int success = 0, capability_major = 75, capability_minor = 76;
using Device = int;
using Context = void*;

/// The driver's library and the functions that are used of it.
class Driver {
  public:
    explicit Driver(const char* library) : handle_(::dlopen(library, RTLD_NOW | RTLD_LOCAL)) {
        if (handle_ == nullptr) {
            problem_ = fmt::format("no NVIDIA driver is installed: there is no {}", library);
            return;
        }
        if (const int code = call<int(unsigned)>("cuInit", 0U); code != success) {
            const char* text = nullptr;
            call<int(int, const char**)>("cuGetErrorString", code, &text);
            problem_ = fmt::format("NVIDIA's driver says: {}",
                                   text != nullptr ? text : "error " + std::to_string(code));
        }
    }

    const std::string& problem() const { return problem_; }

    int version() const {
        int version = 0;
        call<int(int*)>("cuDriverGetVersion", &version);
        return version;
    }
    int count() const {
        int count = 0;
        call<int(int*)>("cuDeviceGetCount", &count);
        return count;
    }
    Device device(int number) const {
        Device device = 0;
        call<int(Device*, int)>("cuDeviceGet", &device, number);
        return device;
    }
    Gpu gpu(int number) const {
        const Device which = device(number);
        std::array<char, 256> name = {};
        call<int(char*, int, Device)>("cuDeviceGetName", name.data(), static_cast<int>(name.size() - 1),
                                      which);
        std::size_t memory = 0;
        call<int(std::size_t*, Device)>("cuDeviceTotalMem_v2", &memory, which);
        return {name.data(), static_cast<std::int64_t>(memory),
                10 * attribute(capability_major, which) + attribute(capability_minor, which)};
    }
    /// Needs a context on the device for a moment; -1 where it gets none.
    std::int64_t free_memory(int number) const {
        const Device which = device(number);
        Context context = nullptr;
        if (call<int(Context*, Device)>("cuDevicePrimaryCtxRetain", &context, which) != success) return -1;
        std::size_t free = 0, all = 0;
        int code = call<int(Context)>("cuCtxPushCurrent_v2", context);
        if (code == success) {
            code = call<int(std::size_t*, std::size_t*)>("cuMemGetInfo_v2", &free, &all);
            call<int(Context*)>("cuCtxPopCurrent_v2", &context);
        }
        call<int(Device)>("cuDevicePrimaryCtxRelease_v2", which);
        return code == success ? static_cast<std::int64_t>(free) : -1;
    }

  private:
    /// The function's result; -1 where the driver does not have it.
    template <class Signature, class... Arguments>
    int call(const char* name, Arguments... arguments) const {
        auto* function = reinterpret_cast<Signature*>(::dlsym(handle_, name));
        return function != nullptr ? function(arguments...) : -1;
    }
    int attribute(int which, Device of) const {
        int value = 0;
        call<int(int*, int, Device)>("cuDeviceGetAttribute", &value, which, of);
        return value;
    }

    void* handle_;  // stays open: LibTorch works with it too
    std::string problem_;
};

}  // namespace

CudaDriver cuda_driver(const char* library) {
    const Driver driver(library);
    CudaDriver facts;
    facts.problem = driver.problem();
    if (!facts.problem.empty()) return facts;
    facts.version = driver.version();
    for (int i = 0; i < driver.count(); ++i) facts.gpus.push_back(driver.gpu(i));
    if (facts.gpus.empty()) facts.problem = "NVIDIA's driver finds no GPU";
    return facts;
}

std::optional<int> idlest_gpu(const char* library) {
    const Driver driver(library);
    if (!driver.problem().empty()) return std::nullopt;
    const int count = driver.count();
    if (count == 1) return 0;
    std::optional<int> best;
    std::int64_t most = -1;
    for (int i = 0; i < count; ++i) {
        if (const std::int64_t free = driver.free_memory(i); free > most) {
            most = free;
            best = i;
        }
    }
    return best;
}

std::string cuda_version_text(int version) {
    return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

std::string device_text(const std::string& device) {
    const std::size_t colon = device.find(':');
    if (colon == std::string::npos) return device;
    const CudaDriver driver = cuda_driver();
    const auto number = static_cast<std::size_t>(std::atoi(device.c_str() + colon + 1));
    return number < driver.gpus.size() ? fmt::format("{} ({})", driver.gpus[number].name, device) : device;
}

}  // namespace yolo
