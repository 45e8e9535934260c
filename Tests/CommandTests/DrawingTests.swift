import Testing

@testable import TickersCommand

@Suite("What commands draw")
struct DrawingTests {
    @Test("a table is as wide as its cells, numbers end below one another, nothing hangs behind a line")
    func table() {
        var table = Table(["NAME", "N", "NOTE"], onTheRight: [1])
        table.add([Table.Cell("a"), .count(1_234_567), Table.Cell("x")])
        table.add([Table.Cell("lóng\u{7}er"), .count(0), Table.Cell("")])
        table.add([Table.Cell("日本"), .count(12), Table.Cell("y\nz")])
        let text = table.lines.map(\.text).joined(separator: "\n")
        #expect(
            text == """
                NAME             N  NOTE
                a        1,234,567  x
                lóng·er          ·
                日本            12  y·z
                """
        )
        #expect(Table(["A"]).lines.isEmpty)
    }

    @Test(
        "a line is cut to the terminal, wide characters counted as two",
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("", 0, ""),
        ]
    )
    func cut(text: String, columns: Int, cut: String) {
        #expect(Line(text).cut(to: columns).text == cut)
        var pieces = Line()
        for character in text { pieces.add(String(character), .good) }
        #expect(pieces.cut(to: columns).text == cut)
    }

    @Test(
        "nothing from the file can steer the terminal",
        arguments: [
            ("plain", "plain"), ("a\u{1b}[2Jb", "a·[2Jb"), ("a\r\nb", "a··b"), ("\u{9b}31m", "·31m"),
            ("\u{202e}evil", "·evil"), ("\u{7f}", "·"), ("grüße 👋🏽", "grüße 👋🏽"),
        ]
    )
    func printable(text: String, printable: String) {
        #expect(text.printable == printable)
    }

    @Test(
        "JSON escapes what it has to, and keeps the order of its members",
        arguments: [
            (JSONText.null, "null"), (.flag(true), "true"), (.number(-5), "-5"), (.fraction(0.5), "0.5"),
            (.fraction(.nan), "null"), (.string("a\"b\\c\n\t\r\u{1}é"), #""a\"b\\c\n\t\r\u0001é""#), (.list([]), "[]"),
            (.members([:]), "{}"), (.stored("{\"a\":1}"), "{\"a\":1}"),
            (.members(["b": .number(1), "a": .list([.flag(false)])]), "{\n  \"b\": 1,\n  \"a\": [\n    false\n  ]\n}"),
        ]
    )
    func json(value: JSONText, text: String) {
        #expect(value.text == text)
    }

    @Test(
        "sizes are told in three digits or fewer",
        arguments: [
            (0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (98_304, "96 KiB"), (3_608_576, "3.4 MiB"),
            (1_048_575, "1023 KiB"), (1_048_576, "1.0 MiB"), (5 << 40, "5.0 TiB"),
        ] as [(Int64, String)]
    )
    func bytes(count: Int64, text: String) {
        #expect(count.asBytes == text)
    }
}
