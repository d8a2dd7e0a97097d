//! Problems shown to a person until they are dismissed.

use conclave_protocol::Problem;

use super::command::Command;

/// A button on a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remedy(pub Command);

/// One problem on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// Number, unique in this visit.
    pub id: u32,
    /// What happened and what to do.
    pub problem: Problem,
    /// The way on, where one press is enough.
    pub remedy: Option<Remedy>,
}

/// Problems, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    /// What is shown.
    pub shown: Vec<Toast>,
    last: u32,
}

impl Problems {
    /// Most problems at once: four fill a narrow screen. The oldest makes room.
    const MOST: usize = 4;

    /// Shows a problem. The same one is not shown twice.
    pub fn add(&mut self, problem: Problem, remedy: Option<Remedy>) {
        if self.shown.iter().any(|toast| toast.problem == problem) {
            return;
        }
        if self.shown.len() == Self::MOST {
            self.shown.remove(0);
        }
        self.last = self.last.wrapping_add(1);
        self.shown.push(Toast { id: self.last, problem, remedy });
    }

    /// Takes one off.
    pub fn dismiss(&mut self, id: u32) {
        self.shown.retain(|toast| toast.id != id);
    }
}

#[cfg(test)]
mod tests {
    use conclave_protocol::ProblemCode;

    use super::*;

    fn problem(what: usize) -> Problem {
        Problem::new(ProblemCode::Internal, format!("Part {what} failed."), "Try again.")
    }

    #[test]
    fn the_same_problem_is_shown_once_and_the_oldest_makes_room() {
        let mut problems = Problems::default();
        for what in [0, 0, 1, 2, 3, 4] {
            problems.add(problem(what), None);
        }
        let shown: Vec<&str> = problems.shown.iter().map(|t| t.problem.what.as_str()).collect();
        assert_eq!(shown, ["Part 1 failed.", "Part 2 failed.", "Part 3 failed.", "Part 4 failed."]);
        let id = problems.shown[1].id;
        problems.dismiss(id);
        assert_eq!(problems.shown.len(), 3);
    }
}
