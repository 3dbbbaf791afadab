// SPDX-License-Identifier: Apache-2.0
/// \file A TFRecord file of Event messages. A record is: length (8 bytes), masked CRC of the length, message,
/// masked CRC of the message; numbers lowest byte first. The messages are protocol buffers with few fields:
/// Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
/// Summary { repeated Value value = 1; }  Value { string tag = 1; float simple_value = 2; }
#include "plots/event_file.hpp"

#include <array>
#include <bit>
#include <chrono>
#include <cstring>

#include <fmt/core.h>
#include <unistd.h>

#include <yolo/error.hpp>

#include "plots/crc32c.hpp"

namespace yolo::plots {

namespace {

enum WireType : unsigned { varint = 0, fixed64 = 1, sized = 2, fixed32 = 5 };

template <class T>
void append_fixed(std::string& bytes, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
}

void append_varint(std::string& bytes, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>((value & 0x7f) | 0x80);
    bytes += static_cast<char>(value);
}

void append_key(std::string& bytes, unsigned field, WireType type) {
    append_varint(bytes, field << 3 | type);
}

void append_sized(std::string& bytes, unsigned field, const std::string& content) {
    append_key(bytes, field, sized);
    append_varint(bytes, content.size());
    bytes += content;
}

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// An Event with its time.
std::string new_event() {
    std::string event;
    append_key(event, 1, fixed64);
    append_fixed(event, std::bit_cast<std::uint64_t>(seconds_now()));
    return event;
}

std::string host_name() {
    std::array<char, 256> name = {};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
}

}  // namespace

EventFile::EventFile(RunFiles& files)
    : path_(files.claim_new(fmt::format("events.out.tfevents.{}.{}.{}.0",
                                        static_cast<std::int64_t>(seconds_now()), host_name(), ::getpid()))) {
    file_.open(path_, std::ios::binary | std::ios::app);
    std::string event = new_event();
    append_sized(event, 3, "brain.Event:2");
    write_record(event);
}

void EventFile::add(std::int64_t step, std::span<const NamedScalar> scalars) {
    std::string event = new_event(), summary;
    append_key(event, 2, varint);
    append_varint(event, static_cast<std::uint64_t>(step));
    for (const auto& [name, number] : scalars) {
        std::string value;
        append_sized(value, 1, name);
        append_key(value, 2, fixed32);
        append_fixed(value, std::bit_cast<std::uint32_t>(static_cast<float>(number)));
        append_sized(summary, 1, value);
    }
    append_sized(event, 5, summary);
    write_record(event);
}

void EventFile::write_record(const std::string& event) {
    std::string record;
    append_fixed(record, static_cast<std::uint64_t>(event.size()));
    append_fixed(record, masked_crc32c(record));
    record += event;
    append_fixed(record, masked_crc32c(event));
    file_.write(record.data(), static_cast<std::streamsize>(record.size()));
    file_.flush();
    if (!file_) {
        throw Error(fmt::format("{}: cannot be written; check the space and the permissions of its folder",
                                path_.string()));
    }
}

}  // namespace yolo::plots
