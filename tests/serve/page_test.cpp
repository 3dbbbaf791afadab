// SPDX-License-Identifier: Apache-2.0
/// \file The page of serve= as its readers see it: good ones, slow ones, dead ones and strangers.
#include "serve/page.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <httplib.h>
#include <opencv2/core.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <yolo/error.hpp>

#include "image/codec.hpp"
#include "serve/plugins/access.hpp"
#include "support/message_of.hpp"

namespace yolo::serve {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr auto long_enough = 20s;  // for what comes at once

Address local(const std::string& token = "") {
    return {.host = "127.0.0.1", .port = 0, .token = token};
}

cv::Mat grey(int value) {
    return cv::Mat(48, 64, CV_8UC3, cv::Scalar::all(value));
}

/// A connection that does what it is told, and no more.
class Wire {
  public:
    explicit Wire(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        constexpr int small = 4096;
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
        sockaddr_in place = {};
        place.sin_family = AF_INET;
        place.sin_port = htons(static_cast<std::uint16_t>(port));
        place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&place), sizeof(place)) == 0;
    }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    ~Wire() { ::close(socket_); }
    bool say(const std::string& text) const {
        return connected_ && ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) > 0;
    }

  private:
    int socket_;
    bool connected_ = false;
};

class PageTest : public testing::Test {
  protected:
    explicit PageTest(const std::string& token = "") : page_(std::make_unique<Page>(local(token), board_)) {}

    httplib::Client client() const {
        httplib::Client made("127.0.0.1", page_->port());
        made.set_read_timeout(long_enough);
        return made;
    }
    httplib::Result get(const std::string& path, const httplib::Headers& headers = {}) const {
        return client().Get(path, headers);
    }
    void publish(int number, int stream = 0, const cv::Mat& picture = {}) {
        board_->publish(
            stream,
            [=] {
                return Json{{"index", stream}, {"frame", number}};
            },
            picture);
    }
    /// What a stream gives until `enough`, while somebody publishes.
    std::string read(const std::string& path, const std::function<bool(const std::string&)>& enough,
                     const httplib::Headers& headers = {}) {
        std::string text;
        client().Get(path, headers, [&](const char* data, std::size_t size) {
            text.append(data, size);
            return !enough(text);
        });
        return text;
    }
    bool wait_until(const std::function<bool()>& met) {
        for (const auto end = std::chrono::steady_clock::now() + long_enough;
             std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(1ms)) {
            if (met()) return true;
        }
        return false;
    }

    std::shared_ptr<Board> board_ = std::make_shared<Board>(Json{{"mode", "track"}});
    std::unique_ptr<Page> page_;
};

/// Publishes pictures until it goes.
class Publisher {
  public:
    explicit Publisher(Board& board, int stream = 0, cv::Mat picture = grey(200))
        : thread_([this, &board, stream, picture] {
              for (; !stop_; std::this_thread::sleep_for(1ms)) {
                  const int number = ++frames;
                  board.publish(
                      stream,
                      [=] {
                          return Json{{"frame", number}};
                      },
                      board.watched(stream) ? picture.clone() : cv::Mat());
              }
          }) {}
    ~Publisher() {
        stop_ = true;
        thread_.join();
    }
    std::atomic<int> frames = 0;

  private:
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

TEST_F(PageTest, is_one_page_that_loads_nothing_from_elsewhere) {
    const auto page = get("/");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->status, 200);
    EXPECT_THAT(page->get_header_value("Content-Type"), HasSubstr("text/html"));
    EXPECT_THAT(page->get_header_value("Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(page->body,
                AllOf(HasSubstr("</html>"), Not(HasSubstr("http://")), Not(HasSubstr("https://"))));
    EXPECT_EQ(get("/elsewhere")->status, 404);
}

TEST_F(PageTest, state_is_that_of_the_newest_frames) {
    EXPECT_EQ(get("/state")->body, "{\"mode\":\"track\",\"running\":true,\"streams\":[]}\n");
    publish(1);
    publish(2);
    publish(7, 3);
    const Json state = Json::parse(get("/state")->body);
    ASSERT_EQ(state["streams"].size(), 2U);
    EXPECT_EQ(state["streams"][0]["frame"], 2);
    EXPECT_EQ(state["streams"][1]["frame"], 7);
    EXPECT_EQ(get("/state")->get_header_value("Access-Control-Allow-Origin"), "");
}

TEST_F(PageTest, events_tell_each_state_and_the_end) {
    publish(1);
    std::thread later;
    const std::string text = read("/events", [&](const std::string& so_far) {
        if (!later.joinable()) {
            later = std::thread([&] {
                publish(2);
                board_->end();
            });
        }
        return so_far.find("event: end") != std::string::npos;
    });
    later.join();
    EXPECT_THAT(text, AllOf(HasSubstr("event: state\ndata: {\"mode\""), HasSubstr("\"frame\":1"),
                            HasSubstr("\"running\":false"), HasSubstr("event: end")));
}

TEST_F(PageTest, a_stream_that_gives_nothing_is_told_with_its_age) {
    Address patient = local();
    patient.patience = 1s;
    board_ = std::make_shared<Board>(Json{{"mode", "track"}});  // the other one ends with its page
    page_ = std::make_unique<Page>(patient, board_);
    publish(1);
    std::string text;
    const auto last_age = [&] {
        const std::size_t at = text.rfind("\"age\":");
        return at == std::string::npos ? 0.0 : std::stod(text.substr(at + 6));
    };
    text = read("/events", [&](const std::string& so_far) {
        text = so_far;
        return last_age() >= 1;
    });
    EXPECT_GE(last_age(), 1) << "said again although there is no new frame";
}

TEST_F(PageTest, the_end_is_heard_when_the_page_goes) {
    std::string text;
    std::thread reader([&] {
        text = read("/events",
                    [](const std::string& so_far) { return so_far.find("event: end") != std::string::npos; });
    });
    publish(1);
    std::this_thread::sleep_for(50ms);  // whether it reads by then or not, it must not hang
    page_.reset();
    reader.join();
}

TEST_F(PageTest, stream_gives_whole_pictures_of_the_stream_that_is_asked_for) {
    const Publisher other(*board_, 0), asked(*board_, 2, grey(77));
    ASSERT_TRUE(wait_until([&] { return board_->state().find("},{") != std::string::npos; }));
    const std::string text = read("/stream/2", [](const std::string& so_far) {
        return so_far.find("--frame", so_far.find("--frame") + 1) != std::string::npos;
    });
    const std::size_t begin = text.find("\r\n\r\n") + 4;
    const std::size_t end = text.find("\r\n--frame", begin);
    const cv::Mat picture =
        image::decode_image(std::as_bytes(std::span(text).subspan(begin, end - begin)), "stream");
    ASSERT_EQ(picture.size(), cv::Size(64, 48));
    EXPECT_NEAR(picture.at<cv::Vec3b>(20, 20)[0], 77, 3);
}

TEST_F(PageTest, pictures_are_wanted_only_while_somebody_looks) {
    EXPECT_FALSE(board_->watched(0));
    {
        const Publisher publisher(*board_);
        read("/stream", [&](const std::string& so_far) {
            EXPECT_TRUE(board_->watched(0));
            return so_far.size() > 100;
        });
        EXPECT_TRUE(wait_until([&] { return !board_->watched(0); }));
    }
    EXPECT_EQ(get("/stream/9999")->status, 404);
}

TEST_F(PageTest, who_never_reads_holds_up_nobody) {
    cv::Mat noise(720, 1280, CV_8UC3);  // a JPEG larger than what the connection's ends take
    cv::RNG(7).fill(noise, cv::RNG::UNIFORM, 0, 255);
    const Wire idle(page_->port()), silent(page_->port()), half(page_->port());
    ASSERT_TRUE(idle.say("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    ASSERT_TRUE(half.say("GET /sta"));
    const Publisher publisher(*board_, 0, noise);
    ASSERT_TRUE(wait_until([&] { return board_->watched(0); }));
    const int before = publisher.frames;
    EXPECT_TRUE(wait_until([&] { return publisher.frames > before + 100; }));
    EXPECT_EQ(get("/state")->status, 200);
    EXPECT_TRUE(wait_until([&] { return !board_->watched(0); })) << "it is let go";
}

TEST_F(PageTest, ends_while_readers_of_every_kind_are_connected) {
    const Wire idle(page_->port()), silent(page_->port()), half(page_->port()), events(page_->port());
    idle.say("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    events.say("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    half.say("GET /sta");
    ASSERT_TRUE(wait_until([&] { return board_->watched(0); }));
    page_.reset();  // the test's own time limit says when this hangs
    EXPECT_FALSE(board_->watched(0));
}

/// It would wait for an hour: the test's own time limit says so.
TEST(Page, ends_without_waiting_for_its_readers) {
    const auto board = std::make_shared<Board>(Json::object());
    Address address = local();
    address.patience = 1h;
    std::optional<Page> page(std::in_place, address, board);
    cv::Mat noise(720, 1280, CV_8UC3);
    cv::RNG(7).fill(noise, cv::RNG::UNIFORM, 0, 255);
    const Publisher publisher(*board, 0, noise);
    const Wire full(page->port()), silent(page->port()), half(page->port()), events(page->port());
    full.say("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    events.say("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    half.say("GET /sta");
    while (!board->watched(0)) std::this_thread::sleep_for(1ms);
    for (const int before = publisher.frames; publisher.frames < before + 100;)
        std::this_thread::sleep_for(1ms);
    EXPECT_TRUE(board->watched(0)) << "it still waits for the reader that takes nothing";
    page.reset();
    EXPECT_FALSE(board->watched(0));
}

TEST(Board, ends_with_what_was_known) {
    Board board(Json::object());
    const auto frame = [](int number) { return [number] { return Json{{"frame", number}}; }; };
    board.publish(0, frame(1), {});
    board.end();
    board.publish(0, frame(2), {});
    std::int64_t version = 0;
    EXPECT_EQ(board.wait_state(version, 1h), Feed::News::ended) << "also when there is news";
    const Json state = Json::parse(board.state());
    EXPECT_FALSE(state.at("running"));
    EXPECT_EQ(state.at("streams").at(0).at("frame"), 1);
    EXPECT_EQ(board.wait_state(version, 1h), Feed::News::ended);
}

TEST_F(PageTest, who_goes_without_a_word_is_forgotten) {
    const Publisher publisher(*board_);
    {
        const Wire wire(page_->port());
        wire.say("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
        ASSERT_TRUE(wait_until([&] { return board_->watched(0); }));
    }
    EXPECT_TRUE(wait_until([&] { return !board_->watched(0); }));
}

TEST_F(PageTest, too_many_streams_leave_room_for_short_requests) {
    std::vector<std::unique_ptr<Wire>> wires;
    for (int i = 0; i < 40; ++i) {
        wires.push_back(std::make_unique<Wire>(page_->port()));
        wires.back()->say("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    EXPECT_TRUE(wait_until([&] { return get("/events")->status == 503; }));
    EXPECT_EQ(get("/state")->status, 200);
}

TEST_F(PageTest, a_port_that_is_taken_is_one_sentence) {
    Address taken = local();
    taken.port = page_->port();
    const std::string message =
        test::message_of([&] { Page(taken, std::make_shared<Board>(Json::object())); });
    EXPECT_THAT(message, HasSubstr("another program uses that port"));
    EXPECT_THAT(message, HasSubstr(std::to_string(page_->port())));
    taken.host = "192.0.2.1";  // of no machine (RFC 5737)
    EXPECT_THAT(test::message_of([&] { Page(taken, std::make_shared<Board>(Json::object())); }),
                HasSubstr("no such address"));
}

TEST_F(PageTest, without_a_token_only_names_of_this_machine_are_answered) {
    EXPECT_EQ(get("/state", {{"Host", "evil.example:80"}})->status, 403);
    EXPECT_EQ(get("/state", {{"Host", "localhost:1"}})->status, 200);
}

class SecretPage : public PageTest {
  protected:
    SecretPage() : PageTest("s3cret") {}
};

TEST_F(SecretPage, asks_everybody_for_its_token) {
    for (const char* path : {"/", "/state", "/events", "/stream", "/elsewhere"}) {
        EXPECT_EQ(get(path)->status, 401) << path;
        EXPECT_EQ(get(std::string(path) + "?token=s3cre")->status, 401) << path;
        EXPECT_EQ(get(std::string(path) + "?token=")->status, 401) << path;
        EXPECT_EQ(get(path, {{"Authorization", "Bearer S3cret"}})->status, 401) << path;
    }
    EXPECT_EQ(get("/state?token=s3cret", {{"Host", "machine.example"}})->status, 200);
    EXPECT_EQ(get("/state", {{"Authorization", "Bearer s3cret"}})->status, 200);
    EXPECT_EQ(page_->url(), "http://127.0.0.1:" + std::to_string(page_->port()) + "/");
}

TEST(Secret, only_the_same_is_the_same) {
    EXPECT_TRUE(same_secret("abc", "abc"));
    for (const char* other : {"", "a", "ab", "abd", "abcabc", "abcd", "ABC"})
        EXPECT_FALSE(same_secret(other, "abc"));
    EXPECT_FALSE(same_secret("", ""));
}

TEST(OwnHost, is_a_name_of_this_machine) {
    for (const char* host : {"localhost", "localhost:8080", "127.0.0.1", "127.1.2.3:80", "[::1]:8080"})
        EXPECT_TRUE(is_own_host(host)) << host;
    for (const char* host : {"", "example.org", "127.0.0.1.example.org", "localhost.example.org", "10.0.0.1"})
        EXPECT_FALSE(is_own_host(host)) << host;
}

TEST(ParseAddress, takes_a_port_and_an_address) {
    EXPECT_EQ(parse_address("8080", "").host, "127.0.0.1");
    EXPECT_EQ(parse_address("8080", "").port, 8080);
    EXPECT_EQ(parse_address("localhost:0", "").port, 0);
    EXPECT_EQ(parse_address("[::1]:80", "").host, "::1");
    EXPECT_EQ(parse_address("[::1]:80", "").url(81), "http://[::1]:81/");
    EXPECT_EQ(parse_address("0.0.0.0:8080", "x").token, "x");
    EXPECT_THAT(parse_address("0.0.0.0:8080", "x").url(8080), Not(HasSubstr("0.0.0.0")));
}

TEST(ParseAddress, refuses_what_is_none_and_strangers_without_a_token) {
    for (const char* text : {"", "true", "80808", "-1", "8080x", ":8080", "::1:8080", "localhost:", "[]:80"})
        EXPECT_THROW(parse_address(text, ""), UsageError) << text;
    EXPECT_THAT(test::message_of<UsageError>([] { parse_address("0.0.0.0:8080", ""); }),
                HasSubstr("serve_token="));
    EXPECT_THROW(parse_address("10.0.0.7:8080", ""), UsageError);
}

}  // namespace
}  // namespace yolo::serve
