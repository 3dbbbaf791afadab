// SPDX-License-Identifier: Apache-2.0
#include "container_writer.hpp"

#include <bit>
#include <cstring>
#include <string_view>

#include "core/files.hpp"
#include "image/codec.hpp"
#include "image/jpeg_codec.hpp"

namespace yolo::test {

namespace {

std::string number(std::uint64_t value, std::size_t bytes) {
    std::string text;
    for (std::size_t i = bytes; i-- > 0;) text += static_cast<char>(value >> 8 * i & 0xFF);
    return text;
}

std::string little(std::uint64_t value, std::size_t bytes) {
    const std::string big = number(value, bytes);
    return {big.rbegin(), big.rend()};
}

std::string zeros(std::size_t count) {
    return std::string(count, '\0');
}

std::string box(const std::string& name, const std::string& body) {
    return number(body.size() + 8, 4) + name + body;
}

/// With version 0 and flags.
std::string full_box(const std::string& name, const std::string& body, unsigned flags = 0) {
    return box(name, number(flags, 4) + body);
}

std::string fixed(int value) {
    return number(static_cast<std::uint32_t>(value * 65536), 4);
}

std::string matrix(std::array<int, 4> m) {
    return fixed(m[0]) + fixed(m[1]) + zeros(4) + fixed(m[2]) + fixed(m[3]) + zeros(4) + zeros(8) +
           number(0x40000000, 4);
}

constexpr unsigned time_scale = 1000, frame_time = 100;

/// The given one of a frame, if there are any.
unsigned length_of(std::size_t frame, const std::vector<unsigned>& lengths_ms) {
    return lengths_ms.empty() ? frame_time : lengths_ms.at(frame);
}

std::string sample_table(const std::vector<std::string>& frames, cv::Size size, const MovOptions& options,
                         std::uint64_t first_at) {
    const std::string entry =
        box(options.codec,
            zeros(6) + number(1, 2) + zeros(16) + number(static_cast<unsigned>(size.width), 2) +
                number(static_cast<unsigned>(size.height), 2) + number(0x480000, 4) + number(0x480000, 4) +
                zeros(4) + number(1, 2) + zeros(32) + number(24, 2) + number(0xFFFF, 2));
    const std::uint64_t count = frames.size();
    std::string sizes, lengths;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        sizes += number(frames[i].size(), 4);
        lengths += number(1, 4) + number(length_of(i, options.lengths_ms), 4);
    }
    return box("stbl", full_box("stsd", number(1, 4) + entry) + full_box("stts", number(count, 4) + lengths) +
                           full_box("stsc", number(1, 4) + number(1, 4) + number(count, 4) + number(1, 4)) +
                           full_box("stsz", zeros(4) + number(count, 4) + sizes) +
                           full_box("stco", number(1, 4) + number(first_at, 4)));
}

std::string movie(const std::vector<std::string>& frames, cv::Size size, const MovOptions& options,
                  std::uint64_t first_at) {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) total += length_of(i, options.lengths_ms);
    const std::string duration = number(total, 4);
    const std::string mvhd =
        full_box("mvhd", zeros(8) + number(time_scale, 4) + duration + number(0x10000, 4) + number(0x100, 2) +
                             zeros(10) + matrix({1, 0, 0, 1}) + zeros(24) + number(2, 4));
    const std::string tkhd = full_box("tkhd",
                                      zeros(8) + number(1, 4) + zeros(4) + duration + zeros(16) +
                                          matrix(options.matrix) + fixed(size.width) + fixed(size.height),
                                      3);
    const std::string mdhd = full_box("mdhd", zeros(8) + number(time_scale, 4) + duration + zeros(4));
    const std::string hdlr = full_box("hdlr", zeros(4) + "vide" + zeros(13));
    const std::string dinf = box("dinf", full_box("dref", number(1, 4) + full_box("url ", "", 1)));
    const std::string minf =
        box("minf", full_box("vmhd", zeros(8), 1) + dinf + sample_table(frames, size, options, first_at));
    return box("moov", mvhd + box("trak", tkhd + box("mdia", mdhd + hdlr + minf)));
}

std::string element(std::uint32_t id, const std::string& body) {
    const std::size_t id_bytes = id > 0xFFFFFF ? 4 : id > 0xFFFF ? 3 : id > 0xFF ? 2 : 1;
    return number(id, id_bytes) + number(std::uint64_t{1} << 56 | body.size(), 8) + body;
}

std::string real_element(std::uint32_t id, float value) {
    return element(id, number(std::bit_cast<std::uint32_t>(value), 4));
}

std::string video_element(cv::Size size, const MkvOptions& options) {
    std::string projection;
    if (options.yaw) projection += real_element(0x7673, *options.yaw);
    if (options.roll) projection += real_element(0x7675, *options.roll);
    if (!projection.empty()) projection = element(0x7670, element(0x7671, number(0, 1)) + projection);
    return element(0xE0, element(0xB0, number(static_cast<unsigned>(size.width), 2)) +
                             element(0xBA, number(static_cast<unsigned>(size.height), 2)) + projection);
}

std::string riff_chunk(const std::string& name, const std::string& body) {
    return name + little(body.size(), 4) + body + (body.size() % 2 != 0 ? zeros(1) : "");
}

}  // namespace

std::vector<std::string> jpegs(const std::vector<cv::Mat>& frames) {
    std::vector<std::string> files;
    for (const cv::Mat& frame : frames) {
        std::vector<std::byte> bytes;
        image::encode_jpeg(frame, {.quality = 100}, bytes);
        files.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    return files;
}

void write_mov(const std::filesystem::path& path, const std::vector<std::string>& frames, cv::Size size,
               const MovOptions& options) {
    const std::string type = box("ftyp", options.brand + number(0x200, 4) + options.brand);
    std::string data;
    for (const std::string& frame : frames) data += frame;
    const std::size_t header = options.long_sizes ? 16 : 8;
    const std::size_t index = options.index_first ? movie(frames, size, options, 0).size() : 0;
    const std::string moov = movie(frames, size, options, type.size() + index + header);
    const std::string mdat = options.long_sizes
                                 ? number(1, 4) + "mdat" + number(data.size() + header, 8) + data
                                 : box("mdat", data);
    write_file(path, options.index_first ? type + moov + mdat : type + mdat + moov);
}

void write_mkv(const std::filesystem::path& path, const std::vector<std::string>& frames, cv::Size size,
               const MkvOptions& options) {
    const std::string header =
        element(0x1A45DFA3,
                element(0x4282, "matroska") + element(0x4287, number(4, 1)) + element(0x4285, number(2, 1)));
    const std::string info = element(
        0x1549A966,
        element(0x2AD7B1, number(1'000'000, 3)) +
            real_element(0x4489, 1000 * options.seconds.value_or(0.1F * static_cast<float>(frames.size()))));
    const std::string track =
        element(0xAE, element(0xD7, number(1, 1)) + element(0x73C5, number(7, 1)) +
                          element(0x83, number(1, 1)) + element(0x86, "V_MJPEG") +
                          element(0x23E383, number(100'000'000, 4)) + video_element(size, options));
    std::string tags;
    if (!options.rotate_tag.empty()) {
        const std::string tag =
            element(0x67C8, element(0x45A3, "ROTATE") + element(0x4487, options.rotate_tag));
        tags = element(0x1254C367, element(0x7373, element(0x63C0, element(0x63C5, number(7, 1))) + tag));
    }
    std::string blocks;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const std::uint64_t time = options.times_ms.empty() ? 100 * i : options.times_ms.at(i);
        blocks += element(0xA3, number(0x81, 1) + number(time, 2) + number(0x80, 1) + frames[i]);
    }
    const std::string cluster = element(0x1F43B675, element(0xE7, number(0, 1)) + blocks);
    write_file(path, header + element(0x18538067, info + element(0x1654AE6B, track) + tags + cluster));
}

void write_webp(const std::filesystem::path& path, const std::vector<cv::Mat>& frames,
                const std::vector<unsigned>& lengths_ms) {
    const std::filesystem::path still = path.parent_path() / "still.webp";
    const std::string size = little(static_cast<unsigned>(frames.at(0).cols - 1), 3) +
                             little(static_cast<unsigned>(frames.at(0).rows - 1), 3);
    std::string chunks = riff_chunk("VP8X", little(0x02, 4) + size) + riff_chunk("ANIM", zeros(6));
    for (std::size_t i = 0; i < frames.size(); ++i) {
        image::write_image(still, frames[i]);
        const std::string file = read_text(still);
        chunks += riff_chunk(
            "ANMF", zeros(6) + size + little(length_of(i, lengths_ms), 3) + zeros(1) + file.substr(12));
    }
    std::filesystem::remove(still);
    write_file(path, "RIFF" + little(chunks.size() + 4, 4) + "WEBP" + chunks);
}

}  // namespace yolo::test
