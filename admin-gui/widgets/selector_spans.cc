// The words of a selector, coloured without parsing: half-written text must show its colours too.

#include <algorithm>
#include <array>

#include "admin-gui/widgets/paint.h"

namespace gw::gui {
namespace {

bool IsWord(QChar letter) {
  return letter.isLetterOrNumber() || letter == u'_' || letter == u'.' || letter == u'/' ||
         letter == u'-';
}

bool IsKeyword(QStringView word) {
  constexpr std::array<QStringView, 10> kWords = {u"in",   u"not", u"contains", u"starts", u"with",
                                                  u"ends", u"has", u"all",      u"global", u"ends"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

int EndOfString(const QString& text, int start) {
  const auto close = text.indexOf(text[start], start + 1);
  return static_cast<int>(close < 0 ? text.size() : close + 1);
}

}  // namespace

std::vector<Span> SelectorSpans(const QString& text) {
  std::vector<Span> spans;
  const int size = static_cast<int>(text.size());
  for (int at = 0; at < size;) {
    const QChar letter = text[at];
    Span span{at, 1, Role::kMuted};
    if (letter == u'\'' || letter == u'"') {
      span.length = EndOfString(text, at) - at;
      span.role = Role::kAllow;
    } else if (IsWord(letter)) {
      int end = at;
      while (end < size && IsWord(text[end])) ++end;
      span.length = end - at;
      span.role = IsKeyword(QStringView(text).mid(at, span.length)) ? Role::kStaged : Role::kText;
    }
    spans.push_back(span);
    at += span.length;
  }
  return spans;
}

}  // namespace gw::gui
