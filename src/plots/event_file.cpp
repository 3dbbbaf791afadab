// SPDX-License-Identifier: Apache-2.0
/// \file A TFRecord file of Event messages. A record is: length (8 bytes), masked CRC of the length, message,
/// masked CRC of the message; numbers lowest byte first. The messages are protocol buffers with few fields:
/// Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
/// Summary { repeated Value value = 1; }  Value { string tag = 1; float simple_value = 2; }
#include "plots/event_file.hpp"

#include <array>
#include <chrono>
#include <cstring>

#include <fmt/core.h>
#include <unistd.h>

#include <yolo/error.hpp>

#include "formats/protobuf.hpp"
#include "plots/crc32c.hpp"

namespace yolo::plots {

namespace {

/// Lowest byte first.
template <class T>
void append_fixed(std::string& bytes, T value) {
    formats::append_number(bytes, value, sizeof(T));
}

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// An Event with its time.
formats::ProtoMessage new_event() {
    return std::move(formats::ProtoMessage().number(1, seconds_now()));
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
    write_record(new_event().text(3, "brain.Event:2").text());
}

void EventFile::add(std::int64_t step, std::span<const NamedScalar> scalars) {
    formats::ProtoMessage summary;
    for (const auto& [name, number] : scalars) {
        formats::ProtoMessage value;
        value.text(1, name).number(2, static_cast<float>(number));
        summary.message(1, std::move(value));
    }
    write_record(new_event().integer(2, step).message(5, std::move(summary)).text());
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
