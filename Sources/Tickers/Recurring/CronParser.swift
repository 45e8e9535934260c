/// Reads a cron expression from left to right and says where it went wrong.
struct CronParser {
    private let text: String
    private let bytes: [UInt8]
    private var position = 0
    private var sets = CronSets()

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    /// The expression, or the first thing that is wrong with it.
    consuming func expression() throws -> CronExpression {
        guard bytes.count <= TickerLimits.cronBytes else {
            let sentence = "A cron expression of \(bytes.count) bytes is longer than \(TickerLimits.cronBytes)."
            throw TickerError(.invalidSchedule, sentence)
        }
        let words = Self.words(bytes)
        if let first = words.first, bytes[first.lowerBound] == UInt8(ascii: "@") {
            return CronExpression(text, sets: try nicknamed(words))
        }
        guard words.count == 5 || words.count == 6 else { throw wrongNumber(of: words.count) }
        if words.count == 5 { sets[.second].insert(0) }
        for (field, word) in zip(CronField.allCases.suffix(words.count), words) { try read(word, as: field, of: words) }
        guard sets.hasDates else { throw neverComes(words) }
        return CronExpression(text, sets: sets)
    }

    private static func words(_ bytes: [UInt8]) -> [Range<Int>] {
        var words: [Range<Int>] = []
        words.reserveCapacity(6)
        var start: Int?
        for (index, byte) in bytes.enumerated() {
            let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
            if isBlank, let begun = start {
                words.append(begun..<index)
                start = nil
            } else if !isBlank, start == nil {
                start = index
            }
        }
        if let start { words.append(start..<bytes.count) }
        return words
    }

    private func nicknamed(_ words: [Range<Int>]) throws -> CronSets {
        let meaning: String? =
            switch (words.count, string(words[0]).lowercased()) {
            case (1, "@yearly"), (1, "@annually"): "0 0 1 1 *"
            case (1, "@monthly"): "0 0 1 * *"
            case (1, "@weekly"): "0 0 * * 0"
            case (1, "@daily"), (1, "@midnight"): "0 0 * * *"
            case (1, "@hourly"): "0 * * * *"
            case (_, _): nil
            }
        guard let meaning else {
            let names = "@yearly, @annually, @monthly, @weekly, @daily, @midnight and @hourly"
            let sentence = "\"\(text)\" is no cron expression: of the words with @ there are \(names), each alone; "
            throw TickerError(
                .invalidSchedule,
                sentence + "for an interval such as @every write .every(.seconds(300))."
            )
        }
        var parser = CronParser(meaning)
        let fields = Self.words(parser.bytes)
        parser.sets[.second].insert(0)
        for (field, word) in zip(CronField.allCases.dropFirst(), fields) {
            try parser.read(word, as: field, of: fields)
        }
        return parser.sets
    }
}

// MARK: - Fields

extension CronParser {
    /// One entry of a list: where it stands, and of which field.
    private struct Entry {
        let field: CronField
        /// 1 for the first field of the expression.
        let number: Int
        let range: Range<Int>
    }

    private mutating func read(_ word: Range<Int>, as field: CronField, of words: [Range<Int>]) throws {
        let number = field.rawValue + words.count - CronField.allCases.count + 1
        let begins = bytes[word.lowerBound]
        if field == .dayOfMonth || field == .dayOfWeek {
            // Vixie's cron looks at the first character only.
            let isOpen = begins == UInt8(ascii: "*") || begins == UInt8(ascii: "?")
            sets.days.needsBoth = field == .dayOfMonth ? isOpen : sets.days.needsBoth || isOpen
        }
        if begins == UInt8(ascii: "?"), word.count == 1, field == .dayOfMonth || field == .dayOfWeek {
            add(0, 0, of: field, step: 1, isAll: true)
            return
        }
        var start = word.lowerBound
        while true {
            let end = bytes[start..<word.upperBound].firstIndex(of: UInt8(ascii: ",")) ?? word.upperBound
            let entry = Entry(field: field, number: number, range: start..<end)
            guard start < end else { throw problem(entry, "nothing stands here") }
            try read(entry)
            guard end < word.upperBound else { return }
            start = end + 1
        }
    }

    private mutating func read(_ entry: Entry) throws {
        position = entry.range.lowerBound
        if try readSpecial(entry) { return }
        var low = entry.field.bounds.lowerBound
        var high = low + entry.field.size - 1
        let isAll = take("*", in: entry)
        var isRange = isAll
        if !isAll {
            low = try value(entry)
            isRange = take("-", in: entry)
            high = isRange ? try value(entry) : low
        }
        var step = 1
        if take("/", in: entry) {
            step = try self.step(entry)
            // From a value on: to the largest one.
            if !isRange { high = entry.field.bounds.lowerBound + entry.field.size - 1 }
            if !isRange, low > high { low = high - entry.field.size + 1 }
            markRealTime(entry.field)
        }
        if isAll { markRealTime(entry.field) }
        guard position == entry.range.upperBound else {
            throw problem(entry, "\"\(string(position..<entry.range.upperBound))\" cannot stand there")
        }
        add(low, high, of: entry.field, step: step, isAll: isAll)
    }

    private mutating func markRealTime(_ field: CronField) {
        if field.rawValue <= CronField.hour.rawValue { sets.goesByRealTime = true }
    }

    /// Puts every `step`-th value from `low` to `high` in, round the end when `high` is below `low`.
    private mutating func add(_ low: Int, _ high: Int, of field: CronField, step: Int, isAll: Bool) {
        let (first, size) = (field.bounds.lowerBound, field.size)
        if isAll, step == 1 {
            let all = CronSet(bits: (UInt64.max >> UInt64(64 - size)) << UInt64(first))
            insert(all, field)
            return
        }
        var set = CronSet()
        for value in stride(from: low, through: high < low ? high + size : high, by: step) {
            set.insert((value - first) % size + first)
        }
        insert(set, field)
    }

    private mutating func insert(_ set: CronSet, _ field: CronField) {
        switch field {
        case .second, .minute, .hour, .month: sets[field] = sets[field] | set
        case .dayOfMonth: sets.days.ofMonth = sets.days.ofMonth | set
        case .dayOfWeek: sets.days.ofWeek = sets.days.ofWeek | set
        }
    }
}

// MARK: - Words of a field

extension CronParser {
    /// Reads what only the day fields have; `false` when the entry is something else.
    private mutating func readSpecial(_ entry: Entry) throws -> Bool {
        switch entry.field {
        case .second, .minute, .hour, .month: return false
        case .dayOfMonth: return try readDayOfMonth(entry)
        case .dayOfWeek: return try readDayOfWeek(entry)
        }
    }

    /// `L`, `L-3`, `LW`, `L-3W`, `15W`.
    private mutating func readDayOfMonth(_ entry: Entry) throws -> Bool {
        if take("L", in: entry) {
            var back = 0
            if take("-", in: entry) { back = try number(entry, in: 0...30, "days before the last one") }
            if take("W", in: entry) {
                sets.days.nearestBeforeLast.insert(back)
            } else {
                sets.days.beforeLast.insert(back)
            }
        } else {
            guard bytes[entry.range.upperBound - 1] | 0x20 == UInt8(ascii: "w") else { return false }
            let day = try value(entry)
            guard take("W", in: entry) else { throw problem(entry, "W stands behind one day: 15W, LW") }
            sets.days.nearest.insert(day)
        }
        guard position == entry.range.upperBound else {
            throw problem(entry, "\"\(string(position..<entry.range.upperBound))\" cannot stand there")
        }
        return true
    }

    /// `5L`, `FRIL`, `5#3`.
    private mutating func readDayOfWeek(_ entry: Entry) throws -> Bool {
        let text = bytes[entry.range]
        if text.contains(UInt8(ascii: "#")) {
            let weekday = try value(entry) % 7
            guard take("#", in: entry) else { throw problem(entry, "# stands behind one day: 5#3, FRI#3") }
            let ordinal = try number(entry, in: 1...5, "of a weekday in a month")
            sets.days.nth.insert((ordinal - 1) * 7 + weekday)
        } else {
            guard text.last.map({ $0 | 0x20 }) == UInt8(ascii: "l") else { return false }
            guard text.count > 1 else { throw problem(entry, "L needs a day before it here: 5L is the last Friday") }
            let weekday = try value(entry) % 7
            guard take("L", in: entry) else { throw problem(entry, "L stands behind one day: 5L, FRIL") }
            sets.days.last.insert(weekday)
        }
        guard position == entry.range.upperBound else {
            throw problem(entry, "\"\(string(position..<entry.range.upperBound))\" cannot stand there")
        }
        return true
    }

    private mutating func take(_ letter: Unicode.Scalar, in entry: Entry) -> Bool {
        guard position < entry.range.upperBound else { return false }
        let byte = bytes[position]
        let upper = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 0x20 : byte
        guard upper == UInt8(ascii: letter) else { return false }
        position += 1
        return true
    }

    /// A number or a name of the field.
    private mutating func value(_ entry: Entry) throws -> Int {
        let start = position
        if let number = digits(entry) {
            guard entry.field.bounds.contains(number) else {
                throw problem(entry, "\(string(start..<position)) is not in \(bounds(entry.field))")
            }
            return number
        }
        let end = min(start + 3, entry.range.upperBound)
        let name = bytes[start..<end].map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 0x20 : $0 }
        if let value = entry.field.value(named: name) {
            position = end
            return value
        }
        let rest = string(start..<entry.range.upperBound)
        throw problem(entry, rest.isEmpty ? "a value is missing at the end" : "\"\(rest)\" is no \(entry.field.name)")
    }

    private mutating func step(_ entry: Entry) throws -> Int {
        let largest = entry.field.size - 1
        return try number(entry, in: 1...largest, "as a step")
    }

    private mutating func number(_ entry: Entry, in bounds: ClosedRange<Int>, _ what: String) throws -> Int {
        let start = position
        guard let number = digits(entry) else {
            throw problem(entry, "a number \(bounds.lowerBound)-\(bounds.upperBound) \(what) is missing")
        }
        guard bounds.contains(number) else {
            let range = "\(bounds.lowerBound)-\(bounds.upperBound)"
            throw problem(entry, "\(string(start..<position)) \(what) is not in \(range)")
        }
        return number
    }

    /// The number that begins here; one beyond every bound when it is long.
    private mutating func digits(_ entry: Entry) -> Int? {
        var number: Int?
        while position < entry.range.upperBound, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            number = min((number ?? 0) * 10 + Int(bytes[position] - UInt8(ascii: "0")), 1_000)
            position += 1
        }
        return number
    }
}

// MARK: - Problems

extension CronParser {
    private func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func bounds(_ field: CronField) -> String { "\(field.bounds.lowerBound)-\(field.bounds.upperBound)" }

    private func problem(_ entry: Entry, _ why: String) -> TickerError {
        let character = string(0..<entry.range.lowerBound).count + 1
        let place = "\(entry.field.name) (field \(entry.number)), \"\(string(entry.range))\" at character \(character)"
        return TickerError(.invalidSchedule, "\"\(text)\": \(place): \(why); \(entry.field.allowed).")
    }

    private func wrongNumber(of count: Int) -> TickerError {
        let fields = "minute, hour, day of month, month, day of week, and before them the second if there are six"
        let found = count == 1 ? "1 field" : "\(count) fields"
        return TickerError(.invalidSchedule, "\"\(text)\" has \(found), not five or six: \(fields).")
    }

    private func neverComes(_ words: [Range<Int>]) -> TickerError {
        let names = zip(CronField.allCases.suffix(3), words.suffix(3)).enumerated().map { index, pair in
            "\(pair.0.name) (field \(words.count - 2 + index)) \"\(string(pair.1))\""
        }
        let sentence =
            "\"\(text)\" never comes: \(names[0]), \(names[1]) and \(names[2]) have no day in common, in no year; "
        return TickerError(.invalidSchedule, sentence + "months have 31, 30, 28 or, in leap years, 29 days.")
    }
}
