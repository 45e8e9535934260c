import Foundation

/// How long the calling thread has been on a processor: for figures in which nothing waits and neighbours should not count.
enum ThreadTime {
    static var now: Duration {
        var time = timespec()
        let code = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        precondition(code == 0, "the thread's clock cannot be read")
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
