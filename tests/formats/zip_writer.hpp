// SPDX-License-Identifier: Apache-2.0
/// \file Zip archives with every field open to abuse.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <zlib.h>

namespace yolo::test {

struct ZipItem {
    std::string name, content;
    bool deflate = false;
    bool descriptor = false;  ///< sizes only after the data and in the directory
    bool zip64 = false;       ///< sizes and offset in a zip64 field of the directory
    std::uint16_t flags = 0;
    std::optional<std::uint16_t> method = {};         ///< instead of the true one
    std::optional<std::uint32_t> size = {};           ///< instead of the true one
    std::optional<std::uint32_t> header_offset = {};  ///< instead of the true one
};

class ZipWriter {
  public:
    static std::string write(const std::vector<ZipItem>& items, bool zip64_end = false,
                             const std::string& comment = {}) {
        ZipWriter writer;
        for (const ZipItem& item : items) writer.add(item);
        writer.finish(items.size(), zip64_end, comment);
        return writer.file_;
    }

  private:
    static void number(std::string& to, std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) to.push_back(static_cast<char>(value >> (8 * i) & 0xFFU));
    }

    static std::string deflated(const std::string& content) {
        z_stream stream = {};
        if (deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::runtime_error("zlib");
        std::string packed(deflateBound(&stream, content.size()) + 16, '\0');
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
        stream.avail_in = static_cast<uInt>(content.size());
        stream.next_out = reinterpret_cast<Bytef*>(packed.data());
        stream.avail_out = static_cast<uInt>(packed.size());
        if (::deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("zlib");
        packed.resize(stream.total_out);
        deflateEnd(&stream);
        return packed;
    }

    void add(const ZipItem& item) {
        const std::string packed = item.deflate ? deflated(item.content) : item.content;
        const auto crc = crc32(0, reinterpret_cast<const Bytef*>(item.content.data()),
                               static_cast<uInt>(item.content.size()));
        const std::uint16_t flags = item.flags | (item.descriptor ? 8U : 0U);
        const std::uint16_t method = item.method.value_or(item.deflate ? 8 : 0);
        const std::uint64_t offset = item.header_offset.value_or(static_cast<std::uint32_t>(file_.size()));
        const std::uint64_t size = item.size.value_or(static_cast<std::uint32_t>(item.content.size()));

        number(file_, 0x04034b50, 4);
        number(file_, 20, 2);
        number(file_, flags, 2);
        number(file_, method, 2);
        number(file_, 0, 4);
        number(file_, item.descriptor ? 0 : crc, 4);
        number(file_, item.descriptor ? 0 : packed.size(), 4);
        number(file_, item.descriptor ? 0 : size, 4);
        number(file_, item.name.size(), 2);
        number(file_, 0, 2);
        file_ += item.name + packed;
        if (item.descriptor) {
            number(file_, 0x08074b50, 4);
            number(file_, crc, 4);
            number(file_, packed.size(), 4);
            number(file_, size, 4);
        }

        std::string extra;
        if (item.zip64) {
            number(extra, 1, 2);
            number(extra, 24, 2);
            for (const std::uint64_t value : {size, std::uint64_t{packed.size()}, offset})
                number(extra, value, 8);
        }
        const auto narrow = [&](std::uint64_t value) {
            number(directory_, item.zip64 ? 0xFFFFFFFFU : value, 4);
        };
        number(directory_, 0x02014b50, 4);
        number(directory_, 20, 2);
        number(directory_, 20, 2);
        number(directory_, flags, 2);
        number(directory_, method, 2);
        number(directory_, 0, 4);
        number(directory_, crc, 4);
        narrow(packed.size());
        narrow(size);
        number(directory_, item.name.size(), 2);
        number(directory_, extra.size(), 2);
        directory_.append(2 + 2 + 2 + 4, '\0');  // comment size, disk, attributes
        narrow(offset);
        directory_ += item.name + extra;
    }

    void finish(std::size_t count, bool zip64, const std::string& comment) {
        const std::size_t offset = file_.size();
        file_ += directory_;
        if (zip64) {
            const std::size_t record = file_.size();
            number(file_, 0x06064b50, 4);
            number(file_, 44, 8);
            number(file_, 45, 2);
            number(file_, 45, 2);
            number(file_, 0, 8);
            for (const std::size_t value : {count, count, directory_.size(), offset}) number(file_, value, 8);
            number(file_, 0x07064b50, 4);
            number(file_, 0, 4);
            number(file_, record, 8);
            number(file_, 1, 4);
        }
        number(file_, 0x06054b50, 4);
        number(file_, 0, 4);
        number(file_, zip64 ? 0xFFFF : count, 2);
        number(file_, zip64 ? 0xFFFF : count, 2);
        number(file_, zip64 ? 0xFFFFFFFF : directory_.size(), 4);
        number(file_, zip64 ? 0xFFFFFFFF : offset, 4);
        number(file_, comment.size(), 2);
        file_ += comment;
    }

    std::string file_, directory_;
};

}  // namespace yolo::test
