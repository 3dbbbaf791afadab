// SPDX-License-Identifier: Apache-2.0
/// \file What a browser makes of the page: who may see it, and texts that are not what they seem.
/// tests/modes/live_page_test.cpp has a whole run.
#include "support/live/browser.hpp"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <opencv2/core.hpp>

#include "serve/page.hpp"

namespace yolo::serve {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// Of which a browser would make a picture, and run its script, if the page took it for HTML.
const std::string markup = "<img src=x onerror=document.title='taken'>&amp;";

/// A page with a token that is no part of a URL as it stands, while frames come.
class BrowserPage : public testing::Test {
  protected:
    void SetUp() override {
        YOLO_REQUIRE_BROWSER();
        browser_.emplace(test::scratch_dir());
        page_.emplace(Address{.host = "127.0.0.1", .port = 0, .token = "s3 cr&t+"}, board_);
        publisher_ = std::thread([this] {
            for (int frame = 1; !stopped_; std::this_thread::sleep_for(20ms)) publish(frame++);
        });
    }
    void TearDown() override {
        stopped_ = true;
        if (publisher_.joinable()) publisher_.join();
    }

    void publish(int frame) {
        const auto describe = [frame] {
            return Json{
                {"index", 0},
                {"name", markup},
                {"frame", frame},
                {"shape", {48, 64}},
                {"fps", 12.3},
                {"latency_ms", 45.6},
                {"classes", Json::object()},
                {"objects", Json::array()},
                {"top", {{{"name", markup}, {"confidence", 0.75}}}},
                {"regions", {{{"name", markup}, {"in", frame}, {"out", 0}, {"classes", Json::object()}}}}};
        };
        board_->publish(0, describe, cv::Mat(48, 64, CV_8UC3, cv::Scalar::all(frame % 256)));
    }
    void expect_soon(const std::string& expression) {
        EXPECT_TRUE(browser_->wait_until(expression)) << expression;
    }
    std::string text() { return browser_->value("document.body.innerText").get<std::string>(); }

    std::shared_ptr<Board> board_ =
        std::make_shared<Board>(Json{{"mode", "predict"}, {"model", markup}, {"task", "classify"}});
    std::optional<test::Browser> browser_;
    std::optional<Page> page_;

  private:
    std::atomic<bool> stopped_ = false;
    std::thread publisher_;
};

TEST_F(BrowserPage, IsThereForWhoHasTheTokenAndShowsNamesAsTheyAre) {
    for (const char* wrong : {"", "?token=", "?token=s3%20cr"}) {
        browser_->open(page_->url() + wrong);
        EXPECT_THAT(text(), StartsWith("this page needs its token"));
        EXPECT_EQ(browser_->value("document.images.length + document.scripts.length"), 0);
        EXPECT_THAT(browser_->requests(), Each(StartsWith(page_->url())));
    }
    EXPECT_FALSE(board_->watched(0));

    browser_->open(page_->url() + "?token=s3%20cr%26t%2B");
    expect_soon("document.getElementById('status').innerText === 'live'");
    expect_soon("document.getElementById('picture').naturalWidth === 64");
    EXPECT_TRUE(board_->watched(0));
    expect_soon("Number(document.querySelector('#regions tbody tr').cells[1].textContent) > 1");
    for (const char* place : {"#about", "#classes", "#regions"})
        EXPECT_THAT(browser_->value("document.querySelector('" + std::string(place) + "').innerText")
                        .get<std::string>(),
                    HasSubstr(markup));
    EXPECT_THAT(browser_->value("document.title").get<std::string>(), HasSubstr(markup));
    EXPECT_EQ(browser_->value("document.images.length"), 1) << "the live picture";
    EXPECT_THAT(text(), HasSubstr("0.75"));

    page_.reset();
    expect_soon("document.getElementById('status').innerText === 'ended'");
    EXPECT_THAT(browser_->complaints(), IsEmpty());
}

}  // namespace
}  // namespace yolo::serve
