//! A made leak with ground truth, and the score of a case against it.
